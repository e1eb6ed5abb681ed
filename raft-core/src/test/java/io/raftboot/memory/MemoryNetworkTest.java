package io.raftboot.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spi.Transport;
import io.raftboot.testkit.ModelDisk;
import io.raftboot.testkit.TransportContract;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MemoryNetworkTest extends TransportContract {

    private final MemoryNetwork network = new MemoryNetwork();
    private final Map<NodeId, Transport> transports = new TreeMap<>();
    private final List<String> heard = new ArrayList<>();

    @Override
    protected Transport transport(NodeId server) {
        return transports.computeIfAbsent(server, id -> network.connection());
    }

    @Override
    protected Member member(NodeId server) {
        return new Member(server, URI.create("memory://" + server));
    }

    @Test
    void aPartitionLetsOnlyTheServersOfOneSideSpeakToEachOther() {
        startAll();
        network.partition(Set.of(NodeId.of("n1"), NodeId.of("n2")));
        assertThat(said()).containsExactly("n1>n2", "n1!n3", "n2>n1", "n2!n3", "n3!n1", "n3!n2");

        network.partition(Set.of(NodeId.of("n1")));
        assertThat(said()).containsExactly("n1!n2", "n1!n3", "n2!n1", "n2>n3", "n3!n1", "n3>n2");

        network.heal();
        assertThat(said()).noneMatch(what -> what.contains("!"));
    }

    @Test
    void anIsolatedServerNeitherHearsNorIsHeard() {
        startAll();
        network.isolate(NodeId.of("n2"));
        network.heal();
        assertThat(said()).containsExactly("n1!n2", "n1>n3", "n2!n1", "n2!n3", "n3>n1", "n3!n2");

        network.reconnect(NodeId.of("n2"));
        assertThat(said()).noneMatch(what -> what.contains("!"));
    }

    private void startAll() {
        for (NodeId id : ModelDisk.THREE.members().keySet()) {
            transport(id).start(new Identity("c", "default", id, "i"), new Listener(id));
            transport(id).connect(KnownMembers.bootstrap(ModelDisk.THREE));
        }
    }

    /** Who reaches whom (>) and who does not (!), everybody speaking to everybody. */
    private List<String> said() {
        heard.clear();
        Configuration three = ModelDisk.THREE;
        for (NodeId from : three.members().keySet()) {
            for (Member to : three.others(from)) {
                transport(from).send(new Message.TimeoutNow(from, to.id(), 1, 1));
            }
        }
        return heard;
    }

    private final class Listener implements Transport.Receiver {

        private final NodeId self;

        Listener(NodeId self) {
            this.self = self;
        }

        @Override
        public boolean onMessage(Message message) {
            return heard.add(message.from() + ">" + self);
        }

        @Override
        public boolean dealWith(Message message) {
            return onMessage(message);
        }

        @Override
        public void onUnreachable(NodeId peer) {
            heard.add(self + "!" + peer);
        }

        @Override
        public void onGone(NodeId server) {
            heard.add(self + " misses " + server);
        }

        @Override
        public void onRemoved() {
            heard.add(self + " removed");
        }

        @Override
        public CompletableFuture<Identity> onInvited(String clusterId, long commitIndex) {
            return new CompletableFuture<>();
        }

        @Override
        public SnapshotStore snapshots() {
            return new MemorySnapshots();
        }
    }
}
