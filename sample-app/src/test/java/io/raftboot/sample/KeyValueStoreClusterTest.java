package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import io.raftboot.testkit.RaftTestCluster;
import org.junit.jupiter.api.Test;

class KeyValueStoreClusterTest {

    private final RaftTestCluster<KeyValueStore> cluster = RaftTestCluster.of(3, KeyValueStore::new);
    private final CommandCodec commands = new CommandCodec();
    private final JsonCodec codec = new JsonCodec();

    @Test
    void whatWasAcknowledgedSurvivesTheCrashOfTheLeader() {
        byte[] put = commands.encode(new Command.Put("a", "1", Precondition.NONE));
        byte[] get = codec.encode(new Query.Get("a"));
        NodeId leader = cluster.awaitLeader();
        cluster.submit(put);
        byte[] answer = cluster.query(get);

        cluster.crash(leader);
        cluster.awaitLeader();
        assertThat(cluster.query(get)).isEqualTo(answer);

        cluster.restart(leader);
        cluster.assertEqualStates(get);
    }
}
