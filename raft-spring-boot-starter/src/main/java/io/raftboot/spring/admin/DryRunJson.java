package io.raftboot.spring.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RaftStatus.MemberStatus;
import io.raftboot.model.RaftStatus.Replication;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change would lead to.
 *
 * @param safe whether it would succeed, and cost nothing
 * @param reason why, or why not
 * @param voters how many servers would vote
 * @param quorum how many of them make a majority
 * @param failuresTolerated how many of them may fail
 * @param reachableVoters how many of them the leader reaches; null on every other server
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({"safe", "reason", "voters", "quorum", "failuresTolerated", "reachableVoters"})
record DryRunJson(
        boolean safe,
        String reason,
        int voters,
        int quorum,
        int failuresTolerated,
        @Nullable Integer reachableVoters) {

    static DryRunJson of(ChangeOutlook outlook) {
        return new DryRunJson(
                outlook.safe(),
                outlook.reason(),
                outlook.voters(),
                outlook.quorum(),
                outlook.failuresTolerated(),
                outlook.reachableVoters());
    }

    /** For a change that leaves the members as they are. */
    static DryRunJson of(RaftStatus status, boolean safe, String reason) {
        List<MemberStatus> voters =
                status.members().stream().filter(MemberStatus::voter).toList();
        int quorum = voters.size() / 2 + 1;
        return new DryRunJson(safe, reason, voters.size(), quorum, voters.size() - quorum, reachable(voters));
    }

    private static @Nullable Integer reachable(List<MemberStatus> voters) {
        List<Replication> known =
                voters.stream().flatMap(voter -> voter.replication().stream()).toList();
        return known.isEmpty()
                ? null
                : (int) known.stream().filter(Replication::reachable).count();
    }
}
