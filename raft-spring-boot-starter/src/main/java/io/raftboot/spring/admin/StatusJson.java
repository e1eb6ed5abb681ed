package io.raftboot.spring.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RaftStatus.Replication;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A server's own view, as operators see it in JSON. Order and names of the fields are part of the contract, and what is not known
 * is null, not absent.
 *
 * @param nodeId the server's name
 * @param clusterId fixed when the cluster was bootstrapped
 * @param clusterName what the operator calls the cluster
 * @param incarnation which life of the server's disk this is
 * @param role a {@link io.raftboot.model.RaftRole}
 * @param term the current term
 * @param leaderId who leads, null if unknown
 * @param commitIndex the last entry known to be committed
 * @param lastApplied the last entry applied
 * @param firstLogIndex the first entry still in the log
 * @param lastLogIndex the last entry in the log
 * @param lastLogTerm the term of that entry
 * @param snapshotIndex the last entry in the newest snapshot, 0 without one
 * @param applyDigest digest over everything applied up to {@code digestIndex}
 * @param digestIndex the index the digest stands for
 * @param joint whether a change of voters is under way
 * @param failure why the server stopped for good, null if it did not
 * @param members the servers of the configuration in force
 * @param catchUp how far it is with the snapshot it catches up with, null if it does not
 * @param divergedAt the first index at which its state is known to differ from the others', null if it is not
 * @param diskFull whether there is so little room on its disk that it takes no commands
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({
    "nodeId",
    "clusterId",
    "clusterName",
    "incarnation",
    "role",
    "term",
    "leaderId",
    "commitIndex",
    "lastApplied",
    "firstLogIndex",
    "lastLogIndex",
    "lastLogTerm",
    "snapshotIndex",
    "applyDigest",
    "digestIndex",
    "joint",
    "failure",
    "members",
    "catchUp",
    "divergedAt",
    "diskFull"
})
public record StatusJson(
        String nodeId,
        String clusterId,
        String clusterName,
        String incarnation,
        String role,
        long term,
        @Nullable String leaderId,
        long commitIndex,
        long lastApplied,
        long firstLogIndex,
        long lastLogIndex,
        long lastLogTerm,
        long snapshotIndex,
        String applyDigest,
        long digestIndex,
        boolean joint,
        @Nullable String failure,
        List<MemberJson> members,
        @Nullable CatchUpJson catchUp,
        @Nullable Long divergedAt,
        boolean diskFull) {

    /**
     * The snapshot that a server catches up with.
     *
     * @param snapshotIndex the last entry it holds
     * @param receivedBytes how many bytes have arrived
     * @param totalBytes how many bytes it has
     */
    @JsonPropertyOrder({"snapshotIndex", "receivedBytes", "totalBytes"})
    public record CatchUpJson(long snapshotIndex, long receivedBytes, long totalBytes) {

        private static CatchUpJson of(RaftStatus.CatchUp catchUp) {
            return new CatchUpJson(catchUp.snapshotIndex(), catchUp.receivedBytes(), catchUp.totalBytes());
        }
    }

    /**
     * A server of the configuration. The last five are known to the leader only and null elsewhere.
     *
     * @param id its name
     * @param url its base URL
     * @param role {@code VOTER} or {@code LEARNER}
     * @param matchIndex the last entry it is known to hold
     * @param lag how many entries it is behind
     * @param lastContactMillis how long ago it last answered, in milliseconds
     * @param reachable whether it answered within the election timeout
     * @param divergedAt the first index at which its state is known to differ, null if it is not
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonPropertyOrder({"id", "url", "role", "matchIndex", "lag", "lastContactMillis", "reachable", "divergedAt"})
    public record MemberJson(
            String id,
            String url,
            String role,
            @Nullable Long matchIndex,
            @Nullable Long lag,
            @Nullable Long lastContactMillis,
            @Nullable Boolean reachable,
            @Nullable Long divergedAt) {

        private static MemberJson of(RaftStatus.MemberStatus member) {
            return new MemberJson(
                    member.id().value(),
                    member.url().toString(),
                    member.voter() ? "VOTER" : "LEARNER",
                    known(member, Replication::matchIndex),
                    known(member, Replication::lag),
                    known(member, replication -> replication.lastContact().toMillis()),
                    known(member, Replication::reachable),
                    member.replication().flatMap(Replication::divergedAt).orElse(null));
        }

        private static <T> @Nullable T known(RaftStatus.MemberStatus member, Function<Replication, T> field) {
            Optional<T> value = member.replication().map(field);
            return value.isPresent() ? value.get() : null;
        }
    }

    /** The servers of a status alone. */
    public record MembersJson(List<MemberJson> members) {

        static MembersJson of(RaftStatus status) {
            return new MembersJson(status.members().stream().map(MemberJson::of).toList());
        }
    }

    /** The JSON form of a status. */
    public static StatusJson of(RaftStatus status) {
        return new StatusJson(
                status.identity().nodeId().value(),
                status.identity().clusterId(),
                status.identity().clusterName(),
                status.identity().incarnation(),
                status.role().name(),
                status.term(),
                status.leaderId().map(NodeId::value).orElse(null),
                status.commitIndex(),
                status.lastApplied(),
                status.firstLogIndex(),
                status.lastLogIndex(),
                status.lastLogTerm(),
                status.snapshotIndex(),
                status.applyDigest(),
                status.digestIndex(),
                status.joint(),
                status.failure().orElse(null),
                status.members().stream().map(MemberJson::of).toList(),
                status.catchUp().map(CatchUpJson::of).orElse(null),
                status.divergedAt().orElse(null),
                status.diskFull());
    }
}
