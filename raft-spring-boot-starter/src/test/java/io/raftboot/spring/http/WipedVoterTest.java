package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.raftboot.RaftNode;
import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Configuration;
import io.raftboot.model.LeadershipPreference;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import io.raftboot.spi.Ticker;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three whole servers that call each other over HTTP; only their disks are in memory. */
class WipedVoterTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestNode n1 = TestNode.notStarted("n1");
    private final TestNode n2 = TestNode.notStarted("n2");
    private final TestNode n3 = TestNode.notStarted("n3");
    private final MemoryDisk disk2 = new MemoryDisk(n2.identity);
    private final RaftNode leader = server(n1, new MemoryDisk(n1.identity), LeadershipPreference.NORMAL);
    private RaftNode second = server(n2, disk2, LeadershipPreference.NEVER);
    private RaftNode third = server(n3, new MemoryDisk(n3.identity), LeadershipPreference.NEVER);

    @AfterEach
    void stop() {
        List.of(leader, second, third).forEach(RaftNode::stop);
        List.of(n1, n2, n3).forEach(TestNode::close);
    }

    private RaftNode server(TestNode node, MemoryDisk disk, LeadershipPreference preference) {
        RaftNode server = new RaftNode(
                RaftConfig.defaults(node.id()).with(preference),
                Configuration.ofVoters(List.of(n1.member(), n2.member(), n3.member())),
                disk,
                node.transport,
                new Nothing(),
                Ticker.system());
        server.start();
        return server;
    }

    private long write() throws Exception {
        return leader.submit("a command".getBytes(UTF_8), Optional.empty())
                .get(60, TimeUnit.SECONDS)
                .index();
    }

    private static void awaitApplied(RaftNode server, long index) {
        await().atMost(PATIENCE).until(() -> server.status().lastApplied() >= index);
    }

    /** Two messages after another, so that the leader has met n3 when it sends n2 the next. */
    private void theLeaderHasMetAllAndHasSpokenToN2Since() throws Exception {
        await().atMost(PATIENCE).until(() -> leader.status().role() == RaftRole.LEADER);
        awaitApplied(third, write());
        awaitApplied(third, write());
        awaitApplied(second, write());
    }

    // bug R43: followers do not call each other, so n2 has never met n3
    @Test
    void aWipedDiskIsNotCountedByAServerThatHasNeverMetItAndNothingAcknowledgedIsLost() throws Exception {
        theLeaderHasMetAllAndHasSpokenToN2Since();
        second.stop();
        long acknowledgedByN3 = write();
        leader.stop();
        third.stop();
        n3.renewWiped();
        n2.renew();

        third = server(n3, new MemoryDisk(n3.identity), LeadershipPreference.NEVER);
        second = server(n2, disk2, LeadershipPreference.NORMAL);
        await().atMost(PATIENCE)
                .until(() -> second.status().role() == RaftRole.LEADER
                        || n3.transport.disownedBy().contains(NodeId.of("n2")));

        assertThat(second.status().role())
                .as("it would replace what n1 and n3 have acknowledged")
                .isNotEqualTo(RaftRole.LEADER);
        assertThat(second.status().lastLogIndex()).isLessThan(acknowledgedByN3);
        assertThat(n3.transport.refusals()).containsKey(NodeId.of("n2"));
    }

    private static final class Nothing implements StateMachine {

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
}
