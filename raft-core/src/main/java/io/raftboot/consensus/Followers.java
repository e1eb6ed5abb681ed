package io.raftboot.consensus;

import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/** The other members as a leader knows them (Figure 2, {@code nextIndex} and {@code matchIndex}), and what a majority has. */
final class Followers {

    private final ServerState state;
    private final SortedMap<NodeId, Progress> byId = new TreeMap<>();

    /** Ticks since the leader was elected. */
    private long now;

    /** The members in force, of whom nothing is known yet. */
    Followers(ServerState state) {
        this.state = state;
        follow();
    }

    /** The followers are the other members of the configuration in force, from the moment it is appended (§6). */
    void follow() {
        Configuration current = state.configuration();
        byId.keySet().retainAll(current.members().keySet());
        for (Member member : current.others(state.self())) {
            byId.computeIfAbsent(member.id(), id -> new Progress(id, state.log().lastIndex() + 1, now));
        }
    }

    long now() {
        return now;
    }

    void tick() {
        now++;
    }

    /** In the order of their ids. */
    Collection<Progress> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    Optional<Progress> find(NodeId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Who answered, unless the answer is to nothing this leader has asked. */
    Optional<Progress> answeredBy(NodeId id, long round, long matchIndex) {
        return find(id).filter(follower ->
                round <= state.round() && matchIndex <= state.log().lastIndex());
    }

    /** Whoever owes an answer for too long: what was sent to it is taken for lost. */
    void giveUpOverdue() {
        for (Progress follower : byId.values()) {
            if (follower.isOverdue(now, state.config().electionTicks())) {
                follower.unreachable(state.round());
            }
        }
    }

    /** How many ticks ago a follower last answered. */
    long ticksSinceContact(Progress follower) {
        return now - follower.lastContact();
    }

    boolean isReachable(Progress follower) {
        return !follower.isLost()
                && ticksSinceContact(follower) < state.config().electionTicks();
    }

    boolean isCaughtUp(Progress follower) {
        return follower.isCaughtUp(lastIndexFor(follower), now, state.config().electionTicks());
    }

    /**
     * The last entry that is for a follower. A learner gets what is committed: with more it would deny its vote to those who may
     * lead, and does not campaign itself, so that nobody could be elected.
     */
    long lastIndexFor(Progress follower) {
        return state.configuration().isVoter(follower.id()) ? state.log().lastIndex() : state.commitIndex();
    }

    /** The voter with the longest log that is within reach and like this. */
    Optional<NodeId> bestSuccessor(Predicate<Progress> is) {
        return byId.values().stream()
                .filter(follower -> state.configuration().voters().contains(follower.id()))
                .filter(this::isReachable)
                .filter(is)
                .max(Comparator.comparingLong(Progress::matchIndex))
                .map(Progress::id);
    }

    /** Whether a majority consists of this server, as far as its own disk has room, and such followers. */
    boolean isMajority(Predicate<Progress> is) {
        return Quorum.isMajority(
                state.configuration(),
                server -> server.equals(state.self())
                        ? !state.room().isLow()
                        : find(server).filter(is).isPresent());
    }

    /** The last entry that a majority has on disk. */
    long matchIndex() {
        return Quorum.reachedByMajority(state.configuration(), this::countedMatchIndex);
    }

    private long countedMatchIndex(NodeId server) {
        if (server.equals(state.self())) {
            return state.log().durableIndex();
        }
        Progress follower = byId.get(server);
        return follower == null || follower.isLost() ? 0 : follower.matchIndex();
    }

    /** The latest round that a majority has answered. */
    long answeredRound() {
        return Quorum.reachedByMajority(
                state.configuration(), server -> fromFollower(server, Long.MAX_VALUE, Progress::answeredRound));
    }

    /** Whether no majority has answered for an election timeout, so that another leader may be at work (thesis §6.2). */
    boolean isMajorityLost() {
        long heardByMajority = Quorum.reachedByMajority(
                state.configuration(), server -> fromFollower(server, now, Progress::lastContact));
        return now - heardByMajority >= state.config().electionTicks();
    }

    private long fromFollower(NodeId server, long own, ToLongFunction<Progress> value) {
        if (server.equals(state.self())) {
            return own;
        }
        Progress follower = byId.get(server);
        return follower == null ? 0 : value.applyAsLong(follower);
    }

    @Override
    public String toString() {
        return byId.values().toString();
    }
}
