package io.raftboot.memory;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network within one process: a message arrives at once, on the sender's thread, or not at all. Thread-safe. */
public final class MemoryNetwork {

    private final Map<NodeId, Transport.Receiver> receivers = new ConcurrentHashMap<>();
    private final Set<NodeId> isolated = ConcurrentHashMap.newKeySet();

    /** A server's connection to this network. */
    public Transport connection() {
        return new Connection();
    }

    /** Cuts a server off: it neither hears nor is heard. */
    public void isolate(NodeId server) {
        isolated.add(server);
    }

    /** Connects a server again. */
    public void reconnect(NodeId server) {
        isolated.remove(server);
    }

    private void deliver(Message message) {
        Transport.Receiver receiver = receivers.get(message.to());
        if (receiver != null && !isolated.contains(message.from()) && !isolated.contains(message.to())) {
            receiver.onMessage(message);
        }
    }

    private final class Connection implements Transport {

        private volatile NodeId self = new NodeId("unconnected");

        @Override
        public void start(Identity identity, Receiver receiver) {
            self = identity.nodeId();
            receivers.put(self, receiver);
        }

        @Override
        public void connect(Configuration configuration) {
            // Whoever is started is there: a network in memory needs no addresses.
        }

        @Override
        public void send(Message message) {
            deliver(message);
        }

        @Override
        public List<NodeId> holders(Snapshot snapshot) {
            return receivers.entrySet().stream()
                    .filter(server -> isConnected(server.getKey()))
                    .filter(server -> server.getValue().snapshots().list().contains(snapshot))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .toList();
        }

        @Override
        public byte[] fetch(NodeId holder, Snapshot snapshot, long from, int maxBytes) throws IOException {
            Receiver receiver = receivers.get(holder);
            if (receiver == null || !isConnected(holder)) {
                throw new IOException(holder + " is out of reach");
            }
            return receiver.snapshots().read(snapshot, from, maxBytes);
        }

        private boolean isConnected(NodeId other) {
            return !other.equals(self) && !isolated.contains(self) && !isolated.contains(other);
        }

        @Override
        public void stop() {
            receivers.remove(self);
        }
    }
}
