package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.raftboot.model.Identity;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException.Outcome;
import io.raftboot.spring.http.CallHeaders.Proof;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/** Another server as this one calls it: its address, its connections, its lanes, and what has been said so far. */
final class Peer {

    private final Identity self;
    private final Member member;
    private final LongSupplier configuration;
    private final Acquaintances acquaintances;
    private final PeerJson json;
    private final Optional<Signer> signer;
    private final HttpUrl base;
    private final Map<Route, HttpUrl> routes = new EnumMap<>(Route.class);
    private final PeerConnections connections;
    private final CallSequence sequence = new CallSequence();
    private final Introductions introductions;
    private final Reachability reachability;
    private final Map<LaneKind, Lane> lanes = new EnumMap<>(LaneKind.class);
    private final Outboxes outboxes;

    /**
     * A server that is not called yet.
     *
     * @param configuration where the configuration stands in the log that this server goes by
     * @throws IllegalArgumentException if the member's URL is none of http or https
     */
    Peer(
            Identity self,
            Member member,
            LongSupplier configuration,
            PeerHttpSettings settings,
            PeerConnections connections,
            PeerJson json,
            Acquaintances acquaintances) {
        this.self = self;
        this.member = member;
        this.configuration = configuration;
        this.acquaintances = acquaintances;
        this.connections = connections;
        this.json = json;
        introductions = new Introductions(self.nodeId());
        signer = settings.secret().map(Signer::new);
        base = HttpUrl.get(withoutSlash(member.url()) + settings.basePath());
        reachability = new Reachability(member);
        for (Route route : Route.values()) {
            routes.put(route, urlOf(route));
        }
        for (LaneKind kind : LaneKind.values()) {
            lanes.put(kind, new Lane("raft-" + self.nodeId() + "-to-" + id() + "-" + kind, kind));
        }
        outboxes = new Outboxes(this, json, settings);
    }

    NodeId id() {
        return member.id();
    }

    String host() {
        return base.host();
    }

    int port() {
        return base.port();
    }

    boolean isAt(URI url) {
        return member.url().equals(url);
    }

    Reachability reachability() {
        return reachability;
    }

    /** Has a command or read carried out there, or ends it if it cannot be sent. Never blocks. */
    void forward(ForwardedCall call) {
        outboxes.offer(call);
    }

    /** Has a call made in its lane, or dropped. Never blocks. */
    void offer(Target target, Lane.Task task) {
        offer(target.lane(), task);
    }

    /** Has something done in a lane, or dropped. Never blocks. */
    void offer(LaneKind kind, Lane.Task task) {
        Lane lane = lanes.get(kind);
        if (lane != null) {
            lane.offer(task);
        }
    }

    /**
     * Makes a call and waits for the answer; not for the raft thread.
     *
     * @param content the body, or the Range of a call that has none
     * @param timeout for everything, a second attempt included
     * @throws CutShort if the answer broke off
     * @throws CallFailed if there is no answer, or a success that is not this peer's
     */
    Answer call(Target target, byte[] content, Duration timeout) throws CallFailed {
        long deadline = System.nanoTime() + timeout.toNanos();
        Introduced introduced = introducedWith(target);
        Answer answer = attempt(target, content, introduced, timeout);
        Optional<Challenge> challenge = answer.challenge();
        challenge.ifPresent(sequence::learn);
        if (challenge.isPresent() && (isRepeatable(target) || isNotApplied(answer))) {
            introductions.beginAgain();
            introduced = introducedWith(target);
            answer = attempt(target, content, introduced, Duration.ofNanos(deadline - System.nanoTime()));
        }
        if (answer.status() == 200 || answer.status() == 206) {
            requireOwn(answer);
            introductions.taken(introduced);
        }
        return answer;
    }

    /** @throws CallFailed if the answer is not this peer's */
    void requireOwn(Answer answer) throws CallFailed {
        acquaintances.requireSame(id(), answer);
    }

    /** Whoever takes a message of Raft has written down whom it introduces before anything rests on the message. */
    private Introduced introducedWith(Target target) {
        return isRepeatable(target) ? introductions.next(acquaintances.all()) : Introduced.NOBODY;
    }

    /** Raft's own messages may come twice; a command must not, and one that was seen before may have been applied (bug R51). */
    private static boolean isRepeatable(Target target) {
        return target.lane() != LaneKind.FORWARDING && target.lane() != LaneKind.ADMINISTRATION;
    }

    private boolean isNotApplied(Answer answer) {
        return answer.problem(json)
                .filter(problem -> problem.says(Outcome.NOT_APPLIED))
                .isPresent();
    }

    private Answer attempt(Target target, byte[] content, Introduced introduced, Duration timeout) throws CallFailed {
        CallHeaders headers = sign(target, content, introduced);
        Request.Builder request = new Request.Builder()
                .url(target instanceof Route route ? routes.get(route) : urlOf(target))
                .header("Accept-Encoding", "identity");
        if (target instanceof SnapshotTarget snapshot) {
            ask(request, snapshot, content);
        } else {
            request.post(new CallBody(content, !isRepeatable(target)));
        }
        headers.write(request::header);
        PeerConnections.Raw raw = connections.execute(request.build(), target.lane(), timeout);
        if (raw.broken().isPresent()) {
            IOException why = raw.broken().get();
            throw new CutShort(
                    PeerConnections.reasonOf(why), why, raw.body(), body -> verify(headers, raw.response(), body));
        }
        return verify(headers, raw.response(), raw.body());
    }

    private HttpUrl urlOf(Target target) {
        return base.newBuilder().addPathSegments(target.path().substring(1)).build();
    }

    private static void ask(Request.Builder request, SnapshotTarget snapshot, byte[] range) {
        if (snapshot.isForBytes()) {
            request.get().header("Range", new String(range, US_ASCII));
        } else {
            request.head();
        }
    }

    private CallHeaders sign(Target target, byte[] content, Introduced introduced) {
        CallHeaders unsigned = new CallHeaders(
                self.clusterId(),
                self.nodeId(),
                self.incarnation(),
                id(),
                acquaintances.incarnationOf(id()),
                configuration.getAsLong(),
                introduced,
                Optional.empty());
        return signer.map(known -> {
                    Challenge stamp = sequence.next();
                    String signature = known.signCall(target, unsigned, stamp, content);
                    return unsigned.with(new Proof(stamp.session(), stamp.sequence(), signature));
                })
                .orElse(unsigned);
    }

    private Answer verify(CallHeaders call, Response response, byte[] body) {
        ReplyHeaders headers = ReplyHeaders.read(name -> header(response, name));
        boolean trusted = signer.isEmpty()
                || Signer.matches(
                        signer.get()
                                .signReply(
                                        call.proof().map(Proof::signature).orElse(""), response.code(), headers, body),
                        header(response, CallHeaders.SIGNATURE));
        return new Answer(response.code(), headers, response.headers(), body, trusted);
    }

    /** Takes note of an answer that is none. */
    void refused(Answer answer) {
        Optional<Problem> problem = answer.problem(json);
        if (answer.trusted()
                && problem.filter(why -> why.isBecause(Problem.OTHER_INCARNATION))
                        .isPresent()) {
            acquaintances.disowned(id());
        }
        reachability.refuses(answer.status(), problem.map(Problem::detail).orElse("no reason given"));
    }

    private static String header(Response response, String name) {
        return Optional.ofNullable(response.header(name)).orElse("");
    }

    private static String withoutSlash(URI url) {
        String text = url.toString();
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    /** Drops what waits and breaks off what is under way. */
    void close() {
        lanes.values().forEach(Lane::close);
        connections.close();
    }
}
