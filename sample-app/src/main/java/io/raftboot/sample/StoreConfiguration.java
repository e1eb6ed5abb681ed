package io.raftboot.sample;

import io.raftboot.RaftOperations;
import io.raftboot.model.RaftStatus;
import io.raftboot.spi.StateMachine;
import java.util.function.Supplier;
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
    ReplicatedStore replicatedStore(RaftOperations raft, Supplier<RaftStatus> status) {
        return new ReplicatedStore(raft, status);
    }
}
