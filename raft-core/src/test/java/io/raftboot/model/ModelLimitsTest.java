package io.raftboot.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a value refuses to be, and the last thing it still accepts. */
class ModelLimitsTest {

    private static final NodeId A = NodeId.of("a");
    private static final NodeId B = NodeId.of("b");

    /** Every place in a message and in what is stored where a term, an index or a round stands. */
    static Stream<LongFunction<Object>> numbers() {
        return Stream.of(
                number -> new Message.RequestVote(A, B, number, 1, 1, 1, false, false),
                number -> new Message.RequestVote(A, B, 1, number, 1, 1, false, false),
                number -> new Message.RequestVote(A, B, 1, 1, number, 1, false, false),
                number -> new Message.RequestVote(A, B, 1, 1, 1, number, false, false),
                number -> new Message.RequestVoteReply(A, B, number, 1, false, true),
                number -> new Message.RequestVoteReply(A, B, 1, number, false, true),
                number -> new Message.AppendEntries(A, B, number, 1, 1, 1, List.of(), 1),
                number -> new Message.AppendEntries(A, B, 1, number, 1, 1, List.of(), 1),
                number -> new Message.AppendEntries(A, B, 1, 1, number, 1, List.of(), 1),
                number -> new Message.AppendEntries(A, B, 1, 1, 1, number, List.of(), 1),
                number -> new Message.AppendEntries(A, B, 1, 1, 1, 1, List.of(), number),
                number -> new Message.DigestQuestion(number, Optional.empty()),
                number -> new AppliedDigest(number, 1),
                number -> new Message.AppendEntriesReply(A, B, number, 1, true, 1, 1, 1),
                number -> new Message.AppendEntriesReply(A, B, 1, number, true, 1, 1, 1),
                number -> new Message.AppendEntriesReply(A, B, 1, 1, true, number, 1, 1),
                number -> new Message.AppendEntriesReply(A, B, 1, 1, true, 1, number, 1),
                number -> new Message.AppendEntriesReply(A, B, 1, 1, true, 1, 1, number),
                number -> new Message.TimeoutNow(A, B, number, 1),
                number -> new Message.TimeoutNow(A, B, 1, number),
                number -> new Message.TimeoutNowReply(A, B, number, 1),
                number -> new Message.TimeoutNowReply(A, B, 1, number),
                number -> new HardState(number, Optional.empty()),
                number -> new SnapshotMetadata(number, 1, Configuration.empty()),
                number -> new SnapshotMetadata(1, number, Configuration.empty()));
    }

    @ParameterizedTest
    @MethodSource("numbers") // bug R10
    void aNumberLiesBetweenZeroAndTheLargestOne(LongFunction<Object> value) {
        assertThatCode(() -> value.apply(0)).doesNotThrowAnyException();
        assertThatCode(() -> value.apply(1L << 62)).doesNotThrowAnyException();
        LongStream.of(-1, (1L << 62) + 1, Long.MIN_VALUE, Long.MAX_VALUE)
                .forEach(wrong ->
                        assertThatThrownBy(() -> value.apply(wrong)).isInstanceOf(IllegalArgumentException.class));
    }

    static Stream<LongFunction<Object>> entries() {
        return Stream.of(
                number -> new LogEntry.NoOp(number, 1),
                number -> new LogEntry.NoOp(1, number),
                number -> new LogEntry.Command(number, 1, 0, Optional.empty(), new byte[0]),
                number -> new LogEntry.Command(1, number, 0, Optional.empty(), new byte[0]),
                number -> new LogEntry.Membership(number, 1, Configuration.empty()),
                number -> new LogEntry.Membership(1, number, Configuration.empty()));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void aLogEntryBeginsAtIndexAndTermOne(LongFunction<Object> entry) {
        assertThatCode(() -> entry.apply(1)).doesNotThrowAnyException();
        assertThatCode(() -> entry.apply(1L << 62)).doesNotThrowAnyException();
        LongStream.of(0, -1, (1L << 62) + 1, Long.MAX_VALUE)
                .forEach(wrong ->
                        assertThatThrownBy(() -> entry.apply(wrong)).isInstanceOf(IllegalArgumentException.class));
    }

    private static Message.AppendEntries append(long term, long prevIndex, long prevTerm, List<LogEntry> entries) {
        return new Message.AppendEntries(A, B, term, 1, prevIndex, prevTerm, entries, 0);
    }

    @Test
    void theEntriesOfAMessageFollowPrevLogIndexWithoutAGap() {
        assertThatCode(() -> append(3, 4, 2, List.of(new LogEntry.NoOp(5, 2), new LogEntry.NoOp(6, 3))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> append(3, 4, 2, List.of(new LogEntry.NoOp(6, 3))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> append(3, 4, 2, List.of(new LogEntry.NoOp(4, 3))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> append(3, 4, 2, List.of(new LogEntry.NoOp(5, 2), new LogEntry.NoOp(5, 3))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theTermsOfAMessageNeitherFallNorPassTheLeaders() {
        assertThatThrownBy(() -> append(3, 4, 2, List.of(new LogEntry.NoOp(5, 1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> append(3, 4, 2, List.of(new LogEntry.NoOp(5, 4))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aMessageHoldsAtMostSoManyEntries() {
        int most = Message.AppendEntries.MAX_ENTRIES;

        assertThat(append(1, 0, 0, noOps(most)).entries()).hasSize(most);
        assertThatThrownBy(() -> append(1, 0, 0, noOps(most + 1))).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<LogEntry> noOps(int count) {
        return IntStream.rangeClosed(1, count)
                .<LogEntry>mapToObj(index -> new LogEntry.NoOp(index, 1))
                .toList();
    }

    @Test // bug G6
    void anAcknowledgementNamesWhatTheRequestHeld() {
        Message.AppendEntries request = append(3, 4, 2, List.of(new LogEntry.NoOp(5, 2), new LogEntry.NoOp(6, 3)));

        assertThat(Message.AppendEntriesReply.accepted(request, 3))
                .isEqualTo(new Message.AppendEntriesReply(B, A, 3, 1, true, 6, 0, 0));
        assertThat(Message.AppendEntriesReply.refused(request, 9, new LogPosition(2, 1)))
                .isEqualTo(new Message.AppendEntriesReply(B, A, 9, 1, false, 0, 2, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "ä", "a\n", "../x", "a:1"}) // threat S13
    void anIdOfOtherCharactersIsRefused(String value) {
        assertThatThrownBy(() -> NodeId.of(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIdHasAtMostSixtyFourCharacters() {
        assertThat(NodeId.of("x".repeat(64)).value()).hasSize(64);
        assertThat(NodeId.of("A-z_0.9")).hasToString("A-z_0.9");
        assertThatThrownBy(() -> NodeId.of("x".repeat(65))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRequestIdHasOneToOneHundredAndTwentyEightCharacters() {
        assertThat(new RequestId("x".repeat(128)).value()).hasSize(128);
        assertThatThrownBy(() -> new RequestId("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RequestId("x".repeat(129))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void commandsAreEqualByContent() {
        LogEntry.Command command = new LogEntry.Command(1, 2, 3, Optional.of(new RequestId("r")), new byte[] {4});

        assertThat(command)
                .isEqualTo(new LogEntry.Command(1, 2, 3, Optional.of(new RequestId("r")), new byte[] {4}))
                .hasSameHashCodeAs(new LogEntry.Command(1, 2, 3, Optional.of(new RequestId("r")), new byte[] {4}))
                .isNotEqualTo(new LogEntry.Command(1, 2, 3, Optional.of(new RequestId("r")), new byte[] {5}))
                .isNotEqualTo(new LogEntry.Command(1, 2, 3, Optional.empty(), new byte[] {4}))
                .isNotEqualTo(new LogEntry.Command(1, 2, 4, Optional.of(new RequestId("r")), new byte[] {4}))
                .isNotEqualTo(new LogEntry.Command(1, 3, 3, Optional.of(new RequestId("r")), new byte[] {4}))
                .isNotEqualTo(new LogEntry.Command(2, 2, 3, Optional.of(new RequestId("r")), new byte[] {4}))
                .isNotEqualTo(new LogEntry.NoOp(1, 2));
    }

    @Test
    void anEntryCountsForMoreThanItsPayload() {
        assertThat(new LogEntry.NoOp(1, 1).sizeInBytes()).isEqualTo(48);
        assertThat(new LogEntry.Command(1, 1, 0, Optional.empty(), new byte[10]).sizeInBytes())
                .isEqualTo(58);
        assertThat(new LogEntry.Command(1, 1, 0, Optional.of(new RequestId("abc")), new byte[10]).sizeInBytes())
                .isEqualTo(61);
        assertThat(new LogEntry.Membership(1, 1, Configuration.empty()).sizeInBytes())
                .isEqualTo(48);
    }

    @Test // bug R26
    void aLogWithAGapIsNotAPersistedState() {
        SnapshotMetadata base = new SnapshotMetadata(5, 2, Configuration.empty());

        assertThatCode(() -> new PersistedState(HardState.INITIAL, base, List.of(new LogEntry.NoOp(6, 2))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> new PersistedState(HardState.INITIAL, base, List.of(new LogEntry.NoOp(7, 2))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PersistedState(HardState.INITIAL, base, List.of(new LogEntry.NoOp(5, 2))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void heartbeatsComeAtLeastThreeTimesInAnElectionTimeout() {
        assertThatCode(() -> timing(300, 100)).doesNotThrowAnyException();
        assertThatThrownBy(() -> timing(299, 100)).isInstanceOf(IllegalArgumentException.class);
        assertThatCode(() -> timing(30, 10)).doesNotThrowAnyException();
        assertThatThrownBy(() -> timing(30, 9)).isInstanceOf(IllegalArgumentException.class);
        assertThatCode(() -> timing(3_600_000, 100)).doesNotThrowAnyException();
        assertThatThrownBy(() -> timing(3_600_001, 100)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIdThatAServerMadeUpIsToldApart() {
        assertThat(RequestId.automatic("a.b", 77).isAutomatic()).isTrue();
        assertThat(RequestId.automatic("a.b", 77).automatic()).contains(new RequestId.Automatic("a.b", 77));
        assertThat(RequestId.automatic("a", 1)).isNotEqualTo(new RequestId("a.1"));
        assertThat(new RequestId("a.1").automatic()).isEmpty();
        assertThat(new RequestId("a").isAutomatic()).isFalse();
        assertThat(new RequestId("~a").isAutomatic()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a.", "a.-", "a.b c", ".", "", "a.zzzzzzzzzzzzzzzz"})
    void anIdThatLooksLikeThatOnlyAtTheBeginningSaysNothing(String rest) {
        String begin = RequestId.automatic("a", 1).value().substring(0, 1);

        assertThat(new RequestId(begin + rest).isAutomatic()).isTrue();
        assertThat(new RequestId(begin + rest).automatic()).isEmpty();
    }

    @Test
    void rememberedRequestIdsAreLimitedInNumberTimeAndBytes() {
        long longest = SessionLimits.LONGEST_EXPIRY.toMillis();

        assertThatCode(() -> new SessionLimits(1, 1, 0)).doesNotThrowAnyException();
        assertThatCode(() -> new SessionLimits(1_000_000, longest, 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new SessionLimits(0, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionLimits(1_000_001, 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionLimits(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionLimits(1, longest + 1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new SessionLimits(1, 1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTickIsATenthOfAHeartbeat() {
        assertThat(timing(1000, 100).tickInterval()).isEqualTo(Duration.ofMillis(10));
        assertThat(timing(1000, 100).electionTicks()).isEqualTo(100);
    }

    private static RaftConfig timing(long electionMillis, long heartbeatMillis) {
        RaftConfig defaults = RaftConfig.defaults(A);
        return new RaftConfig(
                A,
                Duration.ofMillis(electionMillis),
                Duration.ofMillis(heartbeatMillis),
                defaults.leadership(),
                defaults.requestTimeout(),
                defaults.maxCommandBytes(),
                defaults.maxPendingCommands(),
                defaults.maxPendingBytes(),
                defaults.snapshots(),
                defaults.sessions(),
                true);
    }

    @Test
    void everyLimitOfWhatMayWaitIsPositive() {
        RaftConfig config = RaftConfig.defaults(A);

        assertThatCode(() -> config.withLimits(1, 1, 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> config.withLimits(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> config.withLimits(1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> config.withLimits(2, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
