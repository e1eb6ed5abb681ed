package io.raftboot.spring.actuate;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * UP while a leader is known, so a follower is UP; OUT_OF_SERVICE without one, because nothing can be written then, and while the
 * server catches up, because its state is old; DOWN after a failure that stopped the server for good, and while its state is not
 * that of the others. A leader names the servers of which it knows that. A server that others refuse names them and their reasons, and
 * so it does with servers of another cluster that take it for one of theirs; neither changes the status, because the others may be
 * the ones that are wrong.
 */
public final class RaftHealthIndicator extends AbstractHealthIndicator {

    private final Supplier<RaftStatus> status;
    private final Supplier<SortedMap<NodeId, String>> refusals;
    private final Supplier<SortedMap<NodeId, String>> claims;

    /**
     * The health of a server.
     *
     * @param status its status; if it throws, the server is DOWN
     * @param refusals which others refuse it, and why
     * @param claims which others take it for a member of another cluster, and of which
     */
    public RaftHealthIndicator(
            Supplier<RaftStatus> status,
            Supplier<SortedMap<NodeId, String>> refusals,
            Supplier<SortedMap<NodeId, String>> claims) {
        super("The raft server gives no status");
        this.status = status;
        this.refusals = refusals;
        this.claims = claims;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        RaftStatus view = status.get();
        builder.withDetail("role", view.role().name()).withDetail("term", view.term());
        view.leaderId().ifPresent(leader -> builder.withDetail("leaderId", leader.value()));
        builder.withDetail("commitIndex", view.commitIndex()).withDetail("lastApplied", view.lastApplied());
        view.failure().ifPresent(failure -> builder.withDetail("failure", failure));
        view.catchUp().ifPresent(catchUp -> builder.withDetail("catchUp", details(catchUp)));
        if (view.diskFull()) {
            builder.withDetail("diskFull", true);
        }
        view.divergedAt().ifPresent(index -> builder.withDetail("divergedAt", index));
        name(builder, "refusedBy", refusals.get());
        name(builder, "claimedBy", claims.get());
        if (!diverged(view).isEmpty()) {
            builder.withDetail("diverged", diverged(view));
        }
        if (view.failure().isPresent() || view.divergedAt().isPresent()) {
            builder.down();
        } else if (view.leaderId().isPresent() && view.catchUp().isEmpty()) {
            builder.up();
        } else {
            builder.outOfService();
        }
    }

    private static void name(Health.Builder builder, String detail, SortedMap<NodeId, String> others) {
        if (!others.isEmpty()) {
            Map<String, String> reasons = new LinkedHashMap<>();
            others.forEach((peer, reason) -> reasons.put(peer.value(), reason));
            builder.withDetail(detail, reasons);
        }
    }

    private static Map<String, Long> diverged(RaftStatus view) {
        Map<String, Long> diverged = new LinkedHashMap<>();
        view.members()
                .forEach(member -> member.replication()
                        .flatMap(RaftStatus.Replication::divergedAt)
                        .ifPresent(index -> diverged.put(member.id().value(), index)));
        return diverged;
    }

    private static Map<String, Long> details(RaftStatus.CatchUp catchUp) {
        Map<String, Long> details = new LinkedHashMap<>();
        details.put("snapshotIndex", catchUp.snapshotIndex());
        details.put("receivedBytes", catchUp.receivedBytes());
        details.put("totalBytes", catchUp.totalBytes());
        return details;
    }
}
