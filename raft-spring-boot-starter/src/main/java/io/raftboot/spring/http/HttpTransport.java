package io.raftboot.spring.http;

import io.raftboot.model.Identity;
import io.raftboot.model.KnownMembers;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.spi.Transport;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Messages between servers as HTTP calls: a request goes out by OkHttp and its reply is the answer; a request that comes in
 * through {@link PeerRpcServlet} is there until the reply is {@linkplain #send sent}. Any method may be called
 * by any thread, and none blocks but those for snapshots.
 */
public final class HttpTransport implements Transport {

    private final PeerHttpSettings settings;
    private final Optional<TlsCredentials> tls;
    private final PeerJson json;
    private final Doorkeeper doorkeeper;
    private final Acquaintances acquaintances;
    private final Claims claims = new Claims(System::nanoTime);
    private final SnapshotCalls snapshots = new SnapshotCalls();
    private final PendingReplies pending = new PendingReplies();
    private volatile Optional<Active> active = Optional.empty();
    private volatile KnownMembers members = KnownMembers.NOBODY;

    /**
     * A transport that is not started yet.
     *
     * @param known which incarnations were met; used on any thread
     * @param tls with which other servers are called, and by which they are known; with it nobody is called in the clear. When they
     *     have changed, {@link #reconnect}
     */
    public HttpTransport(PeerHttpSettings settings, KnownIncarnations known, Optional<TlsCredentials> tls) {
        this.settings = settings;
        this.tls = tls;
        json = new PeerJson(settings.maxBodyBytes());
        doorkeeper = new Doorkeeper(settings.secret(), settings.believed(), tls);
        acquaintances = new Acquaintances(known);
    }

    /** What there is between start and stop. */
    record Active(Identity self, Receiver receiver, Peers peers) {}

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the cluster id or incarnation cannot travel in a header
     * @throws RuntimeException if the known incarnations cannot be read, with a message for the operator
     */
    @Override
    public void start(Identity self, Receiver receiver) {
        requireSendable(self);
        // Read once now: a damaged file is found at start, and not at every call.
        acquaintances.incarnationOf(self.nodeId());
        become(Optional.of(new Active(self, receiver, peersOf(self))));
    }

    /** A server that waits to be added calls nobody: its cluster id is empty. */
    private static void requireSendable(Identity self) {
        if (!self.clusterId().isEmpty()) {
            CallHeaders.requireSendable(self);
        }
    }

    private Peers peersOf(Identity self) {
        PeerClients clients = new PeerClients(settings, tls);
        return new Peers(
                self,
                member -> new Peer(
                        self,
                        member,
                        () -> members.inForceIndex(),
                        settings,
                        new PeerConnections(settings, clients.clientFor(member.url())),
                        json,
                        acquaintances));
    }

    /** The server has become one of a cluster. */
    void joined(Identity self) {
        replace(now -> self, now -> !now.self().equals(self));
    }

    /** Calls go over new connections from now on, made by a new client; what was under way breaks off. */
    public void reconnect() {
        replace(Active::self, now -> true);
    }

    /** The peers that are let go are told outside the lock: whoever waits for them may do anything then. */
    private void replace(Function<Active, Identity> identity, Predicate<Active> isDue) {
        Optional<Active> past;
        synchronized (this) {
            past = active.filter(isDue);
            past.ifPresent(now -> {
                Identity self = identity.apply(now);
                Peers peers = peersOf(self);
                peers.connect(members.inForce());
                active = Optional.of(new Active(self, now.receiver(), peers));
            });
        }
        past.ifPresent(now -> now.peers().close());
    }

    @Override
    public synchronized void connect(KnownMembers current) {
        members = current;
        active().ifPresent(now -> now.peers().connect(current.inForce()));
        List<NodeId> removed = current.committed().removed().stream()
                .filter(id -> !current.inForce().contains(id))
                .toList();
        if (!removed.isEmpty()) {
            acquaintances.forget(removed, current.commitIndex());
        }
    }

    @Override
    public void send(Message message) {
        if (message instanceof Message.Reply reply) {
            pending.complete(reply);
        } else if (message instanceof Message.Request request) {
            active().ifPresent(now -> now.peers().find(request.to()).ifPresent(peer -> call(now, peer, request)));
        }
    }

    private void call(Active now, Peer peer, Message.Request request) {
        peer.offer(Route.of(request), new MessageCall(peer, request, json, settings.electionTimeout(), now.receiver()));
    }

    @Override
    public void probe(NodeId server) {
        active().ifPresent(now -> now.peers()
                .find(server)
                .ifPresent(peer ->
                        peer.offer(LaneKind.ELECTION, new Probe(peer, settings.electionTimeout(), now.receiver()))));
    }

    @Override
    public List<NodeId> holders(Snapshot snapshot) {
        return active().map(
                        now -> SnapshotCalls.holders(holdersToAsk(now, snapshot), snapshot, settings.electionTimeout()))
                .orElse(List.of());
    }

    /** A server that is new knows nobody but the members as of the snapshot. */
    private static Collection<Peer> holdersToAsk(Active now, Snapshot snapshot) {
        return now.peers().including(snapshot.metadata().configuration());
    }

    @Override
    public byte[] fetch(NodeId holder, Snapshot snapshot, long from, int maxBytes) throws IOException {
        Peer peer = active().flatMap(now -> holdersToAsk(now, snapshot).stream()
                        .filter(member -> member.id().equals(holder))
                        .findFirst())
                .orElseThrow(() -> new IOException(holder + " is not among the servers to call"));
        return snapshots.fetch(peer, snapshot, from, maxBytes);
    }

    @Override
    public void stop() {
        become(Optional.empty());
        pending.abandon();
    }

    private void become(Optional<Active> next) {
        Optional<Active> past;
        synchronized (this) {
            past = active;
            active = next;
        }
        past.ifPresent(ended -> ended.peers().close());
    }

    /**
     * Who says that this server is not the one they have met. Not empty: the data directory of this server was wiped, or a copy
     * of it runs elsewhere, and it takes no part until it is removed from the cluster and added again.
     */
    public SortedSet<NodeId> disownedBy() {
        return acquaintances.disownedBy();
    }

    /**
     * Who refuses this server, and why: because it was wiped, copied or removed, or is of another cluster. A server that is refused
     * by all others takes no part.
     */
    public SortedMap<NodeId, String> refusals() {
        SortedMap<NodeId, String> refusals = new TreeMap<>();
        active().ifPresent(now -> now.peers()
                .all()
                .forEach(peer -> peer.reachability().refusal().ifPresent(reason -> refusals.put(peer.id(), reason))));
        disownedBy().forEach(peer -> refusals.putIfAbsent(peer, "412: it has met this server with another disk"));
        return refusals;
    }

    /**
     * Who takes this server for a member of another cluster than its own, and for which one. Not empty: this server was a member of
     * that cluster and has founded another one on an empty disk, or the calling one is led astray.
     */
    public SortedMap<NodeId, String> claims() {
        return claims.recent();
    }

    Optional<Active> active() {
        return active;
    }

    PeerHttpSettings settings() {
        return settings;
    }

    PeerJson json() {
        return json;
    }

    Doorkeeper doorkeeper() {
        return doorkeeper;
    }

    Acquaintances acquaintances() {
        return acquaintances;
    }

    Claims claimed() {
        return claims;
    }

    PendingReplies pending() {
        return pending;
    }

    KnownMembers members() {
        return members;
    }
}
