package io.raftboot;

import io.raftboot.consensus.Consensus;
import io.raftboot.consensus.Consensus.FollowerProgress;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RaftStatus.CatchUp;
import io.raftboot.model.RaftStatus.MemberStatus;
import io.raftboot.model.RaftStatus.Replication;
import io.raftboot.model.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The consensus after a turn, for other threads to look at.
 *
 * @param diverged the servers that this leader knows to have diverged, and the first index at which it does
 * @param turnedAtNanos when the turn ended, by {@link io.raftboot.spi.Ticker#nanoTime}
 */
record View(
        long turnedAtNanos,
        RaftRole role,
        long term,
        Optional<NodeId> leaderId,
        long commitIndex,
        long firstLogIndex,
        long snapshotIndex,
        boolean diskFull,
        Optional<Snapshot> catchingUpWith,
        LogPosition last,
        Configuration configuration,
        List<FollowerProgress> followers,
        SortedMap<NodeId, Long> diverged) {

    /** A raft thread that has not turned for two election timeouts hangs; a shorter time than this one says nothing. */
    static final Duration MIN_STALL = Duration.ofSeconds(1);

    /** What there is to see of a server that does not run. */
    static final View STOPPED = new View(
            0,
            RaftRole.FOLLOWER,
            0,
            Optional.empty(),
            0,
            1,
            0,
            false,
            Optional.empty(),
            new LogPosition(0, 0),
            Configuration.empty(),
            List.of(),
            new TreeMap<>());

    static View of(Consensus consensus, SortedMap<NodeId, Long> diverged, long nowNanos) {
        return new View(
                nowNanos,
                consensus.role(),
                consensus.currentTerm(),
                consensus.leaderId(),
                consensus.commitIndex(),
                consensus.firstLogIndex(),
                consensus.snapshot().map(Snapshot::lastIncludedIndex).orElse(0L),
                consensus.isShortOfRoom(),
                consensus.catchingUpWith(),
                consensus.lastLogPosition(),
                consensus.configuration(),
                consensus.followers(),
                diverged);
    }

    /** The same for a server that has stopped: it neither leads nor follows. */
    View stopped(RaftRole as) {
        return new View(
                turnedAtNanos,
                as,
                term,
                Optional.empty(),
                commitIndex,
                firstLogIndex,
                snapshotIndex,
                diskFull,
                Optional.empty(),
                last,
                configuration,
                List.of(),
                new TreeMap<>());
    }

    /** Whether the raft thread hangs, in its disk for instance, so long that the others have given it up. */
    boolean isStalled(long nowNanos, RaftConfig config) {
        long limit = Math.max(MIN_STALL.toNanos(), 2 * config.electionTimeout().toNanos());
        return nowNanos - turnedAtNanos > limit;
    }

    /** What an operator sees. The state machine may be a little ahead of the view, and what it applied is committed. */
    RaftStatus status(
            Identity identity,
            RaftConfig config,
            ReplicatedState.Applied applied,
            Optional<Download.Progress> download,
            Optional<String> failure) {
        List<MemberStatus> members = configuration.members().values().stream()
                .map(member -> new MemberStatus(
                        member.id(), member.url(), configuration.isVoter(member.id()), replication(member, config)))
                .toList();
        return new RaftStatus(
                identity,
                role,
                term,
                leaderId,
                Math.max(commitIndex, applied.index()),
                applied.index(),
                firstLogIndex,
                Math.max(last.index(), applied.index()),
                last.term(),
                snapshotIndex,
                applied.digest(),
                applied.index(),
                configuration.isJoint(),
                failure,
                applied.divergedAt(),
                diskFull,
                catchUp(download),
                members);
    }

    /** Once its snapshot is on the disk, a server that still catches up is restoring it. */
    private Optional<CatchUp> catchUp(Optional<Download.Progress> download) {
        return catchingUpWith.map(snapshot -> {
            long arrived = snapshot.lastIncludedIndex() == snapshotIndex
                    ? snapshot.sizeInBytes()
                    : download.filter(running -> running.snapshot().equals(snapshot))
                            .map(Download.Progress::bytes)
                            .orElse(0L);
            return new CatchUp(snapshot.lastIncludedIndex(), arrived, snapshot.sizeInBytes());
        });
    }

    private Optional<Replication> replication(Member member, RaftConfig config) {
        if (role != RaftRole.LEADER) {
            return Optional.empty();
        }
        if (member.id().equals(config.nodeId())) {
            return Optional.of(new Replication(last.index(), 0, Duration.ZERO, true, divergedAt(member.id())));
        }
        return followers.stream()
                .filter(follower -> follower.id().equals(member.id()))
                .map(follower -> replication(follower, config))
                .findFirst();
    }

    private Replication replication(FollowerProgress follower, RaftConfig config) {
        return new Replication(
                follower.matchIndex(),
                last.index() - follower.matchIndex(),
                Duration.ofNanos(config.tickInterval().toNanos() * follower.ticksSinceContact()),
                !follower.lost() && follower.ticksSinceContact() < config.electionTicks(),
                divergedAt(follower.id()));
    }

    private Optional<Long> divergedAt(NodeId server) {
        return Optional.ofNullable(diverged.get(server));
    }
}
