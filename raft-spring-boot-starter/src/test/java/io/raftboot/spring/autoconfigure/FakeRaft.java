package io.raftboot.spring.autoconfigure;

import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.RaftStorage;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Transport;
import io.raftboot.spring.FakeLeaderCalls;
import io.raftboot.spring.FakeServer;
import io.raftboot.spring.RaftLifecycle;
import io.raftboot.spring.RaftTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;

/** An application whose server is {@link FakeServer}: no disk, no network, no threads. */
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
public class FakeRaft {

    @Bean
    FakeServer fakeServer() {
        return new FakeServer();
    }

    @Bean
    FakeLeaderCalls leaderCalls() {
        return new FakeLeaderCalls();
    }

    @Bean
    RaftTemplate raftTemplate(FakeServer server, FakeLeaderCalls leaderCalls) {
        return new RaftTemplate(server, server::status, leaderCalls, RaftConfig.defaults(NodeId.of("n1")));
    }

    @Bean
    RaftLifecycle raftLifecycle(FakeServer server) {
        return server.lifecycle(Duration.ofSeconds(5));
    }

    @Bean
    StateMachine stateMachine() {
        return new Nothing();
    }

    @Bean
    RaftStorage.Factory storage() {
        return () -> {
            throw new IllegalStateException("a fake server opens no storage");
        };
    }

    @Bean
    Transport transport() {
        return new Silence();
    }

    /** Replicates nothing. */
    static final class Nothing implements StateMachine {

        @Override
        public byte[] apply(CommandContext context, byte[] command) {
            return command;
        }

        @Override
        public byte[] query(byte[] query) {
            return query;
        }

        @Override
        public SnapshotWriter snapshot() {
            return out -> {};
        }

        @Override
        public void restore(InputStream snapshot) {}
    }

    private static final class Silence implements Transport {

        @Override
        public void start(Identity self, Receiver receiver) {}

        @Override
        public void connect(KnownMembers members) {}

        @Override
        public void send(Message message) {}

        @Override
        public List<NodeId> holders(Snapshot snapshot) {
            return List.of();
        }

        @Override
        public byte[] fetch(NodeId holder, Snapshot snapshot, long from, int maxBytes) throws IOException {
            throw new IOException("nobody is there");
        }

        @Override
        public void stop() {}
    }
}
