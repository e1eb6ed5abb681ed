package io.raftboot.spring;

import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RaftStatus.CatchUp;
import io.raftboot.model.RaftStatus.MemberStatus;
import io.raftboot.model.RaftStatus.Replication;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What server n1 of the cluster n1, n2 may say of itself. */
public final class Statuses {

    private Statuses() {}

    /** n1 leads. */
    public static RaftStatus leader() {
        return status(
                RaftRole.LEADER,
                Optional.of("n1"),
                Optional.empty(),
                List.of(
                        member("n1", Optional.of(replication(42, 0, Duration.ZERO, Optional.empty()))),
                        member("n2", Optional.of(replication(40, 2, Duration.ofMillis(7), Optional.empty())))));
    }

    /** n2 leads. */
    public static RaftStatus follower() {
        return followerOf("n2");
    }

    /** Somebody leads, who need not be a member. */
    public static RaftStatus followerOf(String leader) {
        return status(RaftRole.FOLLOWER, Optional.of(leader), Optional.empty(), members());
    }

    /** Nobody leads. */
    public static RaftStatus leaderless() {
        return status(RaftRole.PRE_CANDIDATE, Optional.empty(), Optional.empty(), members());
    }

    /** n1 has stopped for good. */
    public static RaftStatus failed(String reason) {
        return status(RaftRole.FAILED, Optional.of("n2"), Optional.of(reason), members());
    }

    /** n1 leads a cluster of one. */
    public static RaftStatus alone() {
        return status(RaftRole.LEADER, Optional.of("n1"), Optional.empty(), List.of(member("n1", Optional.empty())));
    }

    /** n1 has 300 of the 1000 bytes of a snapshot that it needs. */
    public static RaftStatus catchingUp() {
        return status(
                "default",
                RaftRole.FOLLOWER,
                Optional.of("n2"),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new CatchUp(70, 300, 1000)),
                members());
    }

    /** n1 is in a cluster of that name. */
    public static RaftStatus named(String clusterName) {
        return status(
                clusterName,
                RaftRole.FOLLOWER,
                Optional.of("n2"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                members());
    }

    /** n1 follows, and its disk is full. */
    public static RaftStatus full() {
        return status(
                "default",
                RaftRole.FOLLOWER,
                Optional.of("n2"),
                Optional.empty(),
                Optional.empty(),
                true,
                Optional.empty(),
                members());
    }

    /** n1 leads and has not heard n2 for too long. */
    public static RaftStatus leaderOfUnreachable() {
        return status(
                RaftRole.LEADER,
                Optional.of("n1"),
                Optional.empty(),
                List.of(
                        member("n1", Optional.of(replication(42, 0, Duration.ZERO, Optional.empty()))),
                        member(
                                "n2",
                                Optional.of(new Replication(40, 2, Duration.ofSeconds(9), false, Optional.empty())))));
    }

    /** n1 leads and knows that the state of n2 is not its own. */
    public static RaftStatus leaderOfDiverged() {
        return status(
                RaftRole.LEADER,
                Optional.of("n1"),
                Optional.empty(),
                List.of(
                        member("n1", Optional.of(replication(42, 0, Duration.ZERO, Optional.empty()))),
                        member("n2", Optional.of(replication(40, 2, Duration.ZERO, Optional.of(17L))))));
    }

    /** The state of n1 is not that of the others. */
    public static RaftStatus diverged() {
        return status(
                "default",
                RaftRole.FOLLOWER,
                Optional.of("n2"),
                Optional.empty(),
                Optional.of(17L),
                Optional.empty(),
                members());
    }

    private static Replication replication(long matchIndex, long lag, Duration lastContact, Optional<Long> divergedAt) {
        return new Replication(matchIndex, lag, lastContact, true, divergedAt);
    }

    private static List<MemberStatus> members() {
        return List.of(member("n1", Optional.empty()), member("n2", Optional.empty()));
    }

    private static MemberStatus member(String id, Optional<Replication> replication) {
        return new MemberStatus(NodeId.of(id), URI.create("http://" + id + ":8080"), true, replication);
    }

    private static RaftStatus status(
            RaftRole role, Optional<String> leader, Optional<String> failure, List<MemberStatus> members) {
        return status("default", role, leader, failure, Optional.empty(), Optional.empty(), members);
    }

    private static RaftStatus status(
            String clusterName,
            RaftRole role,
            Optional<String> leader,
            Optional<String> failure,
            Optional<Long> divergedAt,
            Optional<CatchUp> catchUp,
            List<MemberStatus> members) {
        return status(clusterName, role, leader, failure, divergedAt, false, catchUp, members);
    }

    private static RaftStatus status(
            String clusterName,
            RaftRole role,
            Optional<String> leader,
            Optional<String> failure,
            Optional<Long> divergedAt,
            boolean diskFull,
            Optional<CatchUp> catchUp,
            List<MemberStatus> members) {
        Identity identity = new Identity("cluster-1", clusterName, NodeId.of("n1"), "life-1");
        Optional<NodeId> leaderId = leader.map(NodeId::of);
        return new RaftStatus(
                identity,
                role,
                3,
                leaderId,
                42,
                41,
                5,
                44,
                2,
                4,
                "9f00",
                40,
                false,
                failure,
                divergedAt,
                diskFull,
                catchUp,
                members);
    }
}
