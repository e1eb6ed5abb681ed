package io.raftboot.spring.http;

import io.raftboot.model.Message;
import io.raftboot.spring.AdminAnswer;
import io.raftboot.spring.AdminCall;
import java.util.Arrays;
import java.util.Optional;

/** Every call with a JSON body that a server can make to another, and the one place to add a kind: its path, its lane, what goes and what comes back. */
enum Route implements Target {
    REQUEST_VOTE("request-vote", LaneKind.ELECTION, Message.RequestVote.class, Message.RequestVoteReply.class),
    APPEND_ENTRIES(
            "append-entries", LaneKind.REPLICATION, Message.AppendEntries.class, Message.AppendEntriesReply.class),
    INSTALL_SNAPSHOT(
            "install-snapshot",
            LaneKind.REPLICATION,
            Message.InstallSnapshot.class,
            Message.InstallSnapshotReply.class),
    TIMEOUT_NOW("timeout-now", LaneKind.ELECTION, Message.TimeoutNow.class, Message.TimeoutNowReply.class),
    SUBMIT("submit", LaneKind.FORWARDING, SubmitCall.class, ForwardedResult.class),
    READ("read", LaneKind.FORWARDING, ReadCall.class, ForwardedResult.class),
    /** Many of the two above. */
    FORWARD("forward", LaneKind.FORWARDING, CallsTogether.class, AnswersTogether.class),
    ADMINISTER("administer", LaneKind.ADMINISTRATION, AdminCall.class, AdminAnswer.class),
    JOIN("join", LaneKind.ADMINISTRATION, JoinCall.class, JoinReply.class);

    private static final String PARENT = "/rpc/";

    private final String word;
    private final LaneKind lane;
    private final Class<?> request;
    private final Class<?> reply;

    Route(String word, LaneKind lane, Class<?> request, Class<?> reply) {
        this.word = word;
        this.lane = lane;
        this.request = request;
        this.reply = reply;
    }

    /** The route of a path below {@code /rpc}, as in {@code /request-vote}. */
    static Optional<Route> at(String pathInfo) {
        return Arrays.stream(values())
                .filter(route -> pathInfo.equals("/" + route.word))
                .findFirst();
    }

    /** The route a message takes, or came by if it is a reply. */
    static Route of(Message message) {
        return Arrays.stream(values())
                .filter(route -> route.request.isInstance(message) || route.reply.isInstance(message))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no route takes a " + message.getClass()));
    }

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return PARENT + word;
    }

    String word() {
        return word;
    }

    @Override
    public LaneKind lane() {
        return lane;
    }

    Class<?> request() {
        return request;
    }

    Class<?> reply() {
        return reply;
    }
}
