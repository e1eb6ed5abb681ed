package io.raftboot.memory;

import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network within one process: a message arrives at once, on the sender's thread, or not at all. Thread-safe. */
public final class MemoryNetwork {

    private final Map<NodeId, Transport.Receiver> receivers = new ConcurrentHashMap<>();
    private final Set<NodeId> isolated = ConcurrentHashMap.newKeySet();
    private volatile Set<NodeId> oneSide = Set.of();

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

    /** Cuts the network in two, instead of where it was cut before: nothing passes between these servers and the others. */
    public void partition(Set<NodeId> servers) {
        oneSide = Set.copyOf(servers);
    }

    /** Joins the two parts again. Who is isolated stays so. */
    public void heal() {
        oneSide = Set.of();
    }

    private boolean deliver(Message message) {
        Transport.Receiver receiver = receivers.get(message.to());
        return receiver != null && isOpen(message.from(), message.to()) && receiver.onMessage(message);
    }

    private boolean isOpen(NodeId from, NodeId to) {
        Set<NodeId> part = oneSide;
        return !isolated.contains(from) && !isolated.contains(to) && part.contains(from) == part.contains(to);
    }

    private final class Connection implements Transport {

        private record Active(NodeId self, Receiver receiver) {}

        private volatile Optional<Active> active = Optional.empty();
        private volatile KnownMembers members = KnownMembers.NOBODY;

        @Override
        public void start(Identity identity, Receiver receiver) {
            members = KnownMembers.NOBODY;
            active = Optional.of(new Active(identity.nodeId(), receiver));
            receivers.put(identity.nodeId(), receiver);
        }

        @Override
        public void connect(KnownMembers current) {
            members = current;
        }

        @Override
        public void send(Message message) {
            boolean isRequest = message instanceof Message.Request;
            Optional<Active> sender = active;
            if (sender.isEmpty() || (isRequest && !members.inForce().contains(message.to()))) {
                return;
            }
            if (!deliver(message) && isRequest) {
                sender.get().receiver().onUnreachable(message.to());
            }
        }

        @Override
        public void probe(NodeId server) {
            active.filter(self -> isOpen(self.self(), server) && !receivers.containsKey(server))
                    .ifPresent(self -> self.receiver().onGone(server));
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
            return active.map(Active::self)
                    .filter(self -> !self.equals(other) && isOpen(self, other))
                    .isPresent();
        }

        @Override
        public void stop() {
            active.ifPresent(ended -> receivers.remove(ended.self(), ended.receiver()));
            active = Optional.empty();
        }
    }
}
