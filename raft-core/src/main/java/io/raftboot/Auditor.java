package io.raftboot;

import io.raftboot.consensus.Consensus.FollowerProgress;
import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.DigestQuestion;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds state machines that have done something else than the others. The leader asks all servers for their digest at one index
 * after the other and tells them which one is right, in messages that go anyway; whoever has another one has diverged. Used by
 * the raft thread.
 */
final class Auditor {

    /** Whoever has not answered for longer is out of reach. */
    private static final int REACHABLE_TICKS = 3 * RaftConfig.TICKS_PER_HEARTBEAT;

    private final NodeId self;
    private final RecentDigests own;
    private final long limitNanos;

    /** The audit that runs while this server leads; it stays until there is something new to ask about. */
    private Optional<Audit> running = Optional.empty();

    /** What the last audit has found to be right. */
    private Optional<AppliedDigest> right = Optional.empty();

    /** Who differs from that, and the first index at which it was found. */
    private final SortedMap<NodeId, Long> diverged = new TreeMap<>();

    /** Whether this leader has found another one to lead. */
    private boolean hasLeft;

    /** What the leader of this server asks for; 0 for nothing. */
    private long askedIndex;

    /** @param limit how long an audit waits for servers that do not answer */
    Auditor(NodeId self, RecentDigests own, Duration limit) {
        this.self = self;
        this.own = own;
        this.limitNanos = limit.toNanos();
    }

    /** The message with what there is to ask or to answer. */
    Message stamped(Message message) {
        if (message instanceof AppendEntries rpc && running.isPresent()) {
            return rpc.with(new DigestQuestion(running.get().own().index(), right));
        }
        if (message instanceof AppendEntriesReply reply && askedIndex > 0) {
            return reply.with(own.at(askedIndex));
        }
        return message;
    }

    /** Takes note of what another server asks or answers. @return what the leader says is right */
    Optional<AppliedDigest> received(Message message) {
        if (message instanceof AppendEntriesReply reply) {
            reply.digest().ifPresent(answer -> running.ifPresent(audit -> audit.answered(reply.from(), answer)));
        } else if (message instanceof AppendEntries rpc && rpc.digestQuestion().isPresent()) {
            askedIndex = rpc.digestQuestion().get().index();
            return rpc.digestQuestion().get().right();
        }
        return Optional.empty();
    }

    /**
     * Goes on with the audits of this leader.
     *
     * @param applied what the next audit is about, and whether this server is known to have diverged
     * @return what an audit that has just ended has found to be right
     */
    Optional<AppliedDigest> lead(Configuration configuration, ReplicatedState.Applied applied, long nowNanos) {
        boolean isOver = running.isPresent() && running.get().isOver(configuration, nowNanos);
        boolean hasNews = isOver && running.get().takeNews();
        if (hasNews) {
            conclude(running.get(), configuration, applied.divergedAt().isEmpty());
        }
        if (running.isEmpty() || (isOver && running.get().own().index() < applied.index())) {
            running = own.at(applied.index()).map(digest -> new Audit(self, digest, nowNanos + limitNanos));
        }
        return hasNews ? right : Optional.empty();
    }

    /** The majority is right; if there is none, this leader is, unless it has diverged itself. */
    private void conclude(Audit audit, Configuration configuration, boolean trustsItself) {
        right = audit.ofMajority(configuration)
                .or(() -> Optional.of(audit.own()).filter(digest -> trustsItself));
        diverged.keySet().retainAll(configuration.members().keySet());
        right.ifPresent(found -> audit.answers().forEach((server, digest) -> {
            if (digest == found.digest()) {
                diverged.remove(server);
            } else {
                diverged.putIfAbsent(server, found.index());
            }
        }));
    }

    /**
     * Who should lead instead of this leader, because its own state has diverged: the most up-to-date voter that has not, and that
     * has answered lately. Only one is tried in a leadership, because nothing can be written while it is handed over, and the other
     * one may be unable to lead.
     */
    Optional<NodeId> takeSuccessor(Configuration configuration, List<FollowerProgress> followers) {
        if (hasLeft || !diverged.containsKey(self)) {
            return Optional.empty();
        }
        Optional<NodeId> successor = followers.stream()
                .filter(follower -> configuration.isVoter(follower.id()) && !follower.lost())
                .filter(follower -> follower.ticksSinceContact() <= REACHABLE_TICKS)
                .filter(follower -> !diverged.containsKey(follower.id()))
                .max(Comparator.comparingLong(FollowerProgress::matchIndex))
                .map(FollowerProgress::id);
        hasLeft = successor.isPresent();
        return successor;
    }

    /** This server does not lead, so it asks nothing. */
    void follow() {
        hasLeft = false;
        running = Optional.empty();
        right = Optional.empty();
        diverged.clear();
    }

    /** What this leader has found: who differs, and the first index at which that is known. */
    SortedMap<NodeId, Long> diverged() {
        return new TreeMap<>(diverged);
    }
}
