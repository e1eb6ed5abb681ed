package io.raftboot.spring.http;

import io.raftboot.RaftOperations;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.spring.AdminCall;
import io.raftboot.spring.Administration;
import io.raftboot.spring.http.Doorkeeper.Received;
import io.raftboot.spring.http.HttpTransport.Active;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the calls of other servers, at {@code {base-path}/rpc/*}; to be registered with asynchronous support. A plain servlet,
 * so that nothing the application does to its Spring MVC reaches the wire format. A message is dealt with on its own thread, which
 * waits for the disk then, or if the raft thread is at it waits for the reply, half an election timeout at most; a command or read
 * holds none while it waits; snapshots are given to a few at a time.
 *
 * <p>A call is checked from outside to inside, and nothing changes by one that is refused: 503 not started; 404, 405; 415; 413;
 * 400 bad headers; 401 signature; 412 another cluster, server or incarnation; 410 removed; 400 bad JSON; 404, 416 snapshots.
 */
public final class PeerRpcServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final Logger log = LoggerFactory.getLogger(PeerRpcServlet.class);

    private final transient HttpTransport transport;
    private final transient ForwardedCalls forwarded;
    private final transient SnapshotDownloads downloads;
    private final transient InvitationDesk invitations;
    private final transient Administration administration;

    /**
     * The ear of a transport.
     *
     * @param transport whose receiver gets the messages
     * @param node this server alone: a forwarded call is not forwarded again
     * @param leads whether this server leads, so that snapshots are rather fetched from another; called on web server threads
     * @param administration carries out what operators asked other servers for
     */
    public PeerRpcServlet(
            HttpTransport transport, RaftOperations node, BooleanSupplier leads, Administration administration) {
        this.transport = transport;
        this.administration = administration;
        invitations = new InvitationDesk(transport);
        downloads = new SnapshotDownloads(leads);
        forwarded = new ForwardedCalls(
                node,
                transport.settings().requestTimeout(),
                transport.settings().maxBodyBytes());
    }

    /** Carries out a call, or says why not. */
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<Active> active = transport.active();
        Exchange exchange = new Exchange(
                request,
                response,
                transport.json(),
                active.map(now -> now.self().incarnation()));
        try {
            serve(exchange, active);
        } catch (Refused refused) {
            log.debug("refused a call: {}", refused.getMessage());
            exchange.refuse(refused);
        } catch (RuntimeException e) {
            log.error("a call failed", e);
            exchange.refuse(Problem.unknown(500, "failed", "the call failed"));
        }
    }

    private void serve(Exchange exchange, Optional<Active> active) throws IOException {
        Received call;
        try {
            call = receive(exchange);
        } catch (Refused refused) {
            // Read even so: a caller that knows the secret gets a 503 it can believe, and tries elsewhere.
            throw active.isPresent() ? refused : notStarted();
        }
        Active now = active.orElseThrow(PeerRpcServlet::notStarted);
        if (call.target() == Route.JOIN) {
            invitations.answer(exchange, call, now);
            return;
        }
        checkAddress(call.headers(), now);
        if (call.target() instanceof Route route) {
            carryOut(exchange, route, call, now);
        } else if (call.target() instanceof SnapshotTarget snapshot) {
            transport.acquaintances().meet(call.headers());
            downloads.serve(exchange, snapshot, call, now.receiver().snapshots());
        }
    }

    private void carryOut(Exchange exchange, Route route, Received call, Active now) throws IOException {
        Object request = read(route, call);
        transport.acquaintances().meet(call.headers());
        if (request instanceof Message.Request message) {
            exchange.answer(replyTo(message, now));
        } else if (request instanceof AdminCall change) {
            exchange.answer(administration.carryOut(change));
        } else {
            forwarded.carryOut(exchange, request);
        }
    }

    private Received receive(Exchange exchange) {
        Received call = exchange.receive(transport.settings().maxBodyBytes(), transport.doorkeeper());
        exchange.sealWith(transport.doorkeeper().checkSignature(call));
        transport.doorkeeper().admit(call);
        return call;
    }

    /** Whether the call is for this server and from one of its cluster (threat S5, bugs R8, R25, R43). */
    private void checkAddress(CallHeaders headers, Active now) {
        if (!headers.clusterId().equals(now.self().clusterId())) {
            if (headers.to().equals(now.self().nodeId())) {
                transport.claimed().note(headers, now.self());
            }
            throw new Refused(412, "another cluster", "this server belongs to another cluster");
        }
        requireMeantFor(now.self().nodeId(), headers);
        NodeId from = headers.from();
        if (headers.toIncarnation()
                .filter(other -> !other.equals(now.self().incarnation()))
                .isPresent()) {
            transport.acquaintances().disowned(from);
            throw Acquaintances.strangeReceiver(now.self().nodeId());
        }
        if (transport.members().hasRemoved(from, headers.configuration())) {
            throw new Refused(Problem.refused(410, "removed", from + " was removed from the cluster")
                    .because(Problem.REMOVED));
        }
        if (transport.acquaintances().isStranger(headers)) {
            throw Acquaintances.strangeCaller(from);
        }
    }

    private static void requireMeantFor(NodeId self, CallHeaders headers) {
        if (!headers.to().equals(self)) {
            throw new Refused(412, "another server", "this server is " + self);
        }
    }

    Object read(Route route, Received call) {
        Object request;
        try {
            request = transport.json().read(call.content(), route.request());
        } catch (IllegalArgumentException e) {
            log.debug("refused a body", e);
            throw new Refused(400, "bad body", "the body is no valid " + route.word());
        }
        CallHeaders headers = call.headers();
        if (request instanceof Message message
                && !(message.from().equals(headers.from()) && message.to().equals(headers.to()))) {
            throw new Refused(400, "bad body", "the body names other servers than the headers");
        }
        return request;
    }

    private Message.Reply replyTo(Message.Request request, Active now) {
        return transport
                .pending()
                .exchange(
                        request, now.receiver()::dealWith, transport.settings().answerTimeout())
                .orElseThrow(() -> new Refused(503, "no answer", "this server is too busy to answer"));
    }

    private static Refused notStarted() {
        return new Refused(Problem.refused(503, "not started", "this server is not started, stopping or has failed")
                .because(Problem.STOPPED));
    }
}
