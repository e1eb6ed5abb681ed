package io.raftboot.sample;

import io.raftboot.spi.StateMachine;
import io.raftboot.spring.RaftTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The state machine, which is all the starter asks for, and the way to the cluster it makes of it. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    StateMachine keyValueStore() {
        return new KeyValueStore();
    }

    @Bean
    ReplicatedStore replicatedStore(RaftTemplate raft) {
        return new ReplicatedStore(raft, raft::status, WaitingRequests.inThisHeap());
    }
}
