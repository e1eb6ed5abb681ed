package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.Consistency;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerJsonTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final NodeId N2 = NodeId.of("n2");

    private final PeerJson json = new PeerJson(1 << 20);

    static Stream<Message> everyMessage() {
        return Stream.of(
                new Message.RequestVote(N1, N2, 5, 1, 3, 2, true, true),
                new Message.RequestVoteReply(N2, N1, 5, 1, true, true),
                new Message.AppendEntries(N1, N2, 5, 2, 3, 2, everyEntry(), 3),
                new Message.AppendEntries(N1, N2, Message.MAX_NUMBER, Message.MAX_NUMBER, 3, 2, List.of(), 3),
                new Message.AppendEntriesReply(N2, N1, 5, 2, true, 6, 0, 0),
                new Message.AppendEntriesReply(N2, N1, 5, 2, false, 0, 4, 1),
                new Message.AppendEntries(N1, N2, 5, 2, 3, 2, List.of(), 3)
                        .with(new Message.DigestQuestion(3, Optional.of(new AppliedDigest(2, -7)))),
                new Message.AppendEntries(N1, N2, 5, 2, 3, 2, List.of(), 3)
                        .with(new Message.DigestQuestion(3, Optional.empty())),
                new Message.AppendEntriesReply(N2, N1, 5, 2, true, 6, 0, 0)
                        .with(Optional.of(new AppliedDigest(3, Long.MIN_VALUE))),
                new Message.InstallSnapshot(N1, N2, 5, 4, snapshot()),
                new Message.InstallSnapshotReply(N2, N1, 5, 4, 7),
                new Message.TimeoutNow(N1, N2, 5, 3),
                new Message.TimeoutNowReply(N2, N1, 5, 3));
    }

    /** Of a joint configuration. */
    static Snapshot snapshot() {
        return new Snapshot(new SnapshotMetadata(7, 5, joint()), 1L << 40, "0a".repeat(32));
    }

    private static Configuration joint() {
        TreeMap<NodeId, Member> members = new TreeMap<>();
        members.put(N1, new Member(N1, URI.create("http://127.0.0.1:1/app")));
        members.put(N2, new Member(N2, URI.create("https://[::1]:2")));
        members.put(NodeId.of("n3"), new Member(NodeId.of("n3"), URI.create("http://n3")));
        return new Configuration(members, new TreeSet<>(List.of(N1)), new TreeSet<>(List.of(N1, N2)));
    }

    static List<LogEntry> everyEntry() {
        return List.of(
                new LogEntry.NoOp(4, 3, new SessionLimits(10, 3_600_000, 1 << 20)),
                new LogEntry.Command(5, 3, 1_700_000_000_000L, Optional.empty(), new byte[0]),
                new LogEntry.Command(6, 4, -1, Optional.of(new RequestId("é\n\"x")), new byte[] {0, -1, 127, 13, 10}),
                new LogEntry.Membership(7, 5, joint()));
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void everyMessageComesBackAsItWent(Message message) {
        Message back = json.read(json.write(message), message.getClass());

        assertThat(back).isEqualTo(message);
    }

    @Test
    void everyKindOfMessageIsAmongThose() {
        assertThat(everyMessage().map(Object::getClass))
                .contains(Message.Request.class.getPermittedSubclasses())
                .contains(Message.Reply.class.getPermittedSubclasses());
        assertThat(everyEntry()).extracting(Object::getClass).contains(LogEntry.class.getPermittedSubclasses());
    }

    @Test
    void forwardedCallsAndResultsComeBackAsTheyWent() {
        SubmitCall submit = json.read(
                json.write(new SubmitCall(new byte[] {1, 2}, Optional.of(new RequestId("r1")), Optional.of(40L))),
                SubmitCall.class);
        ReadCall read = json.read(
                json.write(new ReadCall(Optional.of(new byte[] {3}), Consistency.LEASE, Optional.of(41L))),
                ReadCall.class);
        Result result = new Result(3, 2, new byte[] {9});

        assertThat(submit.command()).containsExactly(1, 2);
        assertThat(submit.requestId()).contains(new RequestId("r1"));
        assertThat(submit.timeLimitMillis()).contains(40L);
        assertThat(read.timeLimitMillis()).contains(41L);
        assertThat(read.query().orElseThrow()).containsExactly(3);
        assertThat(json.read(
                                json.write(new ReadCall(Optional.empty(), Consistency.LEASE, Optional.empty())),
                                ReadCall.class)
                        .query())
                .isEmpty();
        assertThat(read.consistency()).isEqualTo(Consistency.LEASE);
        assertThat(comesBack(result)).isEqualTo(result);
        assertThat(comesBack(result.again())).isEqualTo(result.again());
    }

    private Result comesBack(Result result) {
        return json.read(json.write(ForwardedResult.of(result)), ForwardedResult.class)
                .toResult();
    }

    @Test
    void aResultOfAVersionWithoutRequestIdsWasNotGivenBefore() {
        byte[] old = "{\"index\":3,\"term\":2,\"value\":\"CQ==\"}".getBytes(UTF_8);
        Result result = new Result(3, 2, new byte[] {9});

        assertThat(json.read(old, ForwardedResult.class).toResult()).isEqualTo(result);
        assertThat(json.write(ForwardedResult.of(result))).isEqualTo(old);
    }

    @Test
    void aForwardedCallMayHaveNoTimeLimitAndNoNegativeOne() {
        byte[] without = "{\"command\":\"AQ==\"}".getBytes(UTF_8);
        byte[] negative = "{\"command\":\"AQ==\",\"timeLimitMillis\":-1}".getBytes(UTF_8);

        assertThat(json.read(without, SubmitCall.class).timeLimitMillis()).isEmpty();
        assertThatThrownBy(() -> json.read(negative, SubmitCall.class)).isInstanceOf(IllegalArgumentException.class);
    }

    /** The names are part of the contract: programs in other languages may speak it, and so do neighbouring versions. */
    @Test
    void theNamesOnTheWireAreThoseOfThePaper() {
        Message.AppendEntries append =
                new Message.AppendEntries(N1, N2, 5, 2, 3, 2, everyEntry().subList(0, 2), 3);

        assertThat(new String(json.write(append), UTF_8))
                .isEqualTo("{\"from\":\"n1\",\"to\":\"n2\",\"term\":5,\"round\":2,\"prevLogIndex\":3,\"prevLogTerm\":2,"
                        + "\"entries\":[{\"kind\":\"no-op\",\"index\":4,\"term\":3,"
                        + "\"sessions\":{\"maxIds\":10,\"expiryMillis\":3600000,\"maxResultBytes\":1048576}},"
                        + "{\"kind\":\"command\",\"index\":5,\"term\":3,\"timestampMillis\":1700000000000,\"command\":\"\"}],"
                        + "\"leaderCommit\":3}");
        assertThat(new String(json.write(new Message.RequestVote(N1, N2, 5, 1, 3, 2, false, false)), UTF_8))
                .isEqualTo(WireCall.VOTE);
        assertThat(new String(json.write(new Message.AppendEntriesReply(N2, N1, 5, 2, false, 0, 4, 1)), UTF_8))
                .isEqualTo("{\"from\":\"n2\",\"to\":\"n1\",\"term\":5,\"round\":2,\"success\":false,\"matchIndex\":0,"
                        + "\"conflictIndex\":4,\"conflictTerm\":1}");
    }

    @Test
    void aNoOpOfAVersionWithoutRequestIdsHasTheDefaultLimits() {
        byte[] old = "{\"kind\":\"no-op\",\"index\":4,\"term\":3}".getBytes(UTF_8);

        assertThat(json.read(old, LogEntry.class)).isEqualTo(new LogEntry.NoOp(4, 3, SessionLimits.DEFAULT));
    }

    @Test
    void impossibleSessionLimitsAreRefused() {
        byte[] none = ("{\"kind\":\"no-op\",\"index\":4,\"term\":3,"
                        + "\"sessions\":{\"maxIds\":0,\"expiryMillis\":1,\"maxResultBytes\":1}}")
                .getBytes(UTF_8);

        assertThatThrownBy(() -> json.read(none, LogEntry.class)).isInstanceOf(IllegalArgumentException.class);
    }

    static final String INSTALL = """
            {"from":"n1","to":"n2","term":5,"round":4,"snapshot":{"metadata":{"lastIncludedIndex":7,"lastIncludedTerm":5,\
            "configuration":{"members":[{"id":"n1","url":"http://n1"}],"voters":["n1"],"outgoingVoters":[]}},\
            "sizeInBytes":100,"sha256":"%s"}}""".formatted("0a".repeat(32));

    @Test
    void aSnapshotIsNamedByWhatItStandsForAndItsChecksum() {
        Configuration alone = Configuration.ofVoters(List.of(new Member(N1, URI.create("http://n1"))));
        Snapshot snapshot = new Snapshot(new SnapshotMetadata(7, 5, alone), 100, "0a".repeat(32));
        Message.InstallSnapshot message = new Message.InstallSnapshot(N1, N2, 5, 4, snapshot);

        assertThat(new String(json.write(message), UTF_8)).isEqualTo(INSTALL);
        assertThat(json.read(
                        INSTALL.replace("\"sizeInBytes\"", "\"later\":{},\"sizeInBytes\"")
                                .getBytes(UTF_8),
                        Message.InstallSnapshot.class))
                .isEqualTo(message);
        assertThat(new String(json.write(Message.InstallSnapshotReply.installed(message, 5)), UTF_8))
                .isEqualTo("{\"from\":\"n2\",\"to\":\"n1\",\"term\":5,\"round\":4,\"matchIndex\":7}");
    }

    @Test
    void unknownFieldsAreIgnoredEverywhere() {
        String extended = """
                {"later":{"a":[1,{"b":null}]},"from":"n1","to":"n2","term":5,"round":2,"prevLogIndex":3,"prevLogTerm":2,"entries":[
                 {"later":[[]],"command":"AQ==","timestampMillis":1,"term":4,"index":4,"kind":"command"},
                 {"kind":"membership","index":5,"term":5,"configuration":{"later":1,"members":[{"id":"n1","url":"http://n1","later":{}}],
                  "voters":["n1"],"outgoingVoters":[]}}],"leaderCommit":3,"more":"x"}""";

        Message.AppendEntries message = json.read(extended.getBytes(UTF_8), Message.AppendEntries.class);

        assertThat(message.entries()).hasSize(2);
    }

    record LaterVersion(long term, Optional<String> added, Optional<Long> number) {}

    @Test
    void aFieldThatALaterVersionAddsMayBeMissing() {
        assertThat(json.read("{\"term\":1}".getBytes(UTF_8), LaterVersion.class))
                .isEqualTo(new LaterVersion(1, Optional.empty(), Optional.empty()));
        assertThat(new String(json.write(new LaterVersion(1, Optional.empty(), Optional.empty())), UTF_8))
                .isEqualTo("{\"term\":1}");
    }

    static final String HEARTBEAT = """
            {"from":"n1","to":"n2","term":5,"round":2,"prevLogIndex":3,"prevLogTerm":2,"entries":[],"leaderCommit":3,\
            "digestQuestion":{"index":3,"right":{"index":2,"digest":-7}}}""";

    static final String REPLY = """
            {"from":"n2","to":"n1","term":5,"round":2,"success":true,"matchIndex":3,"conflictIndex":0,"conflictTerm":0,\
            "digest":{"index":3,"digest":9},"room":4096}""";

    @Test
    void whatMayBeMissingMayBeNull() {
        String heartbeat = HEARTBEAT.replaceFirst("\"right\":\\{[^}]*}", "\"right\":null");
        String reply =
                REPLY.replaceFirst("\"digest\":\\{[^}]*}", "\"digest\":null").replace("4096", "null");

        assertThat(json.read(heartbeat.getBytes(UTF_8), Message.AppendEntries.class))
                .isEqualTo(new Message.AppendEntries(N1, N2, 5, 2, 3, 2, List.of(), 3)
                        .with(new Message.DigestQuestion(3, Optional.empty())));
        assertThat(json.read(reply.getBytes(UTF_8), Message.AppendEntriesReply.class))
                .isEqualTo(new Message.AppendEntriesReply(N2, N1, 5, 2, true, 3, 0, 0));
    }

    @Test
    void aReplyIsReadWithAllItHas() {
        Message.AppendEntriesReply reply = new Message.AppendEntriesReply(N2, N1, 5, 2, true, 3, 0, 0)
                .with(Optional.of(new AppliedDigest(3, 9)))
                .withRoom(Optional.of(4096L));

        assertThat(json.read(REPLY.getBytes(UTF_8), Message.AppendEntriesReply.class))
                .isEqualTo(reply);
        assertThat(new String(json.write(reply), UTF_8)).isEqualTo(REPLY);
    }

    @Test
    void everyKindOfMessageHasItsRoute() {
        for (Class<?> kind : Message.Request.class.getPermittedSubclasses()) {
            assertThat(Route.values()).anyMatch(route -> route.request().equals(kind));
        }
        for (Class<?> kind : Message.Reply.class.getPermittedSubclasses()) {
            assertThat(Route.values()).anyMatch(route -> route.reply().equals(kind));
        }
    }
}
