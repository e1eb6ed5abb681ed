package io.raftboot.spring.admin;

import io.raftboot.model.Member;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.AdminCall;
import io.raftboot.spring.Administration;
import io.raftboot.spring.LeaderCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What only the leader can do: members and leadership. A server that does not lead passes the call on, once, and its answer back.
 *
 * @param here carries it out on this server
 * @param patience how long the leader may take
 */
record LeaderEndpoint(
        Set<String> methods, AdminServer server, Administration here, LeaderCalls calls, Duration patience)
        implements Endpoint {

    @Override
    public void serve(AdminExchange exchange) throws IOException {
        String method = exchange.request().getMethod();
        AdminCall call = new AdminCall(
                method,
                exchange.request().getPathInfo(),
                exchange.flag("dryRun"),
                exchange.flag("force"),
                method.equals("GET") ? "" : exchange.body(AdminCall.MAX_BODY_LENGTH));
        try {
            exchange.answer(answer(call));
        } catch (RaftException refusal) {
            exchange.answer(Rejected.because(refusal));
        }
    }

    private AdminAnswer answer(AdminCall call) {
        RaftStatus status = server.status();
        if (status.role() == RaftRole.LEADER) {
            return here.carryOut(call);
        }
        Member leader = leader(status).orElseThrow(() -> new RaftException.NotLeader(status.leaderId()));
        try {
            return calls.administer(leader, call, patience).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RaftException expected ? expected : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new RaftException.OutcomeUnknown("the leader did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RaftException.OutcomeUnknown("the web server is stopping");
        }
    }

    private static Optional<Member> leader(RaftStatus status) {
        return status.members().stream()
                .filter(member -> status.leaderId().equals(Optional.of(member.id())))
                .findFirst()
                .map(member -> new Member(member.id(), member.url()));
    }
}
