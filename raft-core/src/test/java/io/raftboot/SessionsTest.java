package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogEntry;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.SessionLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Scenario C5, bugs R34 and R51. */
class SessionsTest {

    private static final String AUTOMATIC = automatic(9);

    private final Sessions sessions = new Sessions();
    private long lastIndex;

    @Test
    void whatACommandGaveIsFoundUnderItsId() {
        remember("a", "command", "result");

        var found = sessions.find(new RequestId("a")).orElseThrow();

        assertThat(found.index()).isEqualTo(1);
        assertThat(found.term()).isEqualTo(1);
        assertThat(resultOf("a")).contains("result");
        assertThat(sessions.find(new RequestId("b"))).isEmpty();
    }

    @Test
    void anotherCommandUnderTheSameIdIsToldApart() {
        remember("a", "command", "result");
        var found = sessions.find(new RequestId("a")).orElseThrow();

        assertThat(Sessions.isSame(found, command("a", "command"))).isTrue();
        assertThat(Sessions.isSame(found, command("a", "Command"))).isFalse();
        assertThat(Sessions.isSame(found, command("a", ""))).isFalse();
    }

    @Test
    void anIdIsForgottenWhenTheLogIsSoMuchLater() {
        sessions.limit(new SessionLimits(10, 1000, 1 << 10));
        sessions.advance(5000);
        remember("a", "1", "1");

        sessions.advance(5999);
        assertThat(isKnown("a")).isTrue();
        sessions.advance(6000);
        assertThat(isKnown("a")).isFalse();
    }

    @Test
    void aLeaderWhoseClockIsBehindDoesNotTurnTimeBack() {
        sessions.limit(new SessionLimits(10, 1000, 1 << 10));
        sessions.advance(5000);
        sessions.advance(2000);
        remember("a", "1", "1");

        sessions.advance(5500);
        assertThat(isKnown("a")).isTrue();
        sessions.advance(6000);
        assertThat(isKnown("a")).isFalse();
    }

    @Test
    void theOldestIdsAreForgottenWhenThereAreTooMany() {
        sessions.limit(new SessionLimits(2, 1000, 1 << 10));

        remember("a", "1", "1");
        remember("b", "2", "2");
        assertThat(isKnown("a")).isTrue();

        remember("c", "3", "3");
        assertThat(isKnown("a")).isFalse();
        assertThat(isKnown("b")).isTrue();
        assertThat(isKnown("c")).isTrue();
    }

    @Test
    void theOldestResultsAreForgottenWhenTheyAreTooLargeAndTheirIdsAreNot() {
        sessions.limit(new SessionLimits(10, 1000, 10));

        remember("a", "1", "12345");
        remember("b", "2", "12345");
        assertThat(resultOf("a")).contains("12345");

        remember("c", "3", "1");
        assertThat(isKnown("a")).isTrue();
        assertThat(resultOf("a")).isEmpty();
        assertThat(resultOf("b")).contains("12345");
    }

    @Test
    void theNewestResultIsKeptHoweverLarge() {
        sessions.limit(new SessionLimits(10, 1000, 10));
        remember("a", "1", "1");

        remember("b", "2", "x".repeat(100));

        assertThat(resultOf("a")).isEmpty();
        assertThat(resultOf("b")).contains("x".repeat(100));
    }

    @Test
    void aResultWithoutContentNeedsNoRoom() {
        sessions.limit(new SessionLimits(10, 1000, 10));
        remember("a", "1", "");

        remember("b", "2", "x".repeat(100));
        remember("c", "3", "x".repeat(100));

        assertThat(resultOf("a")).contains("");
        assertThat(resultOf("b")).isEmpty();
        assertThat(resultOf("c")).isPresent();
    }

    @Test
    void aResultThatLeavesWithItsIdMakesRoom() {
        sessions.limit(new SessionLimits(2, 1000, 10));
        remember("a", "1", "12345");
        remember("b", "2", "12345");
        remember("c", "3", "12345");

        assertThat(isKnown("a")).isFalse();
        assertThat(resultOf("b")).isPresent();
        assertThat(resultOf("c")).isPresent();

        remember("d", "4", "123456");
        assertThat(resultOf("c")).isEmpty();
        assertThat(resultOf("d")).isPresent();
        remember("e", "5", "1");
        assertThat(isKnown("c")).isFalse();
        assertThat(resultOf("d")).isPresent();
        assertThat(resultOf("e")).isPresent();
    }

    @Test
    void lowerLimitsForResultsHoldAtOnce() {
        sessions.limit(new SessionLimits(10, 1000, 10));
        remember("a", "1", "12345");
        remember("b", "2", "12345");

        sessions.limit(new SessionLimits(10, 1000, 9));
        assertThat(resultOf("a")).isEmpty();
        assertThat(resultOf("b")).isPresent();

        sessions.limit(new SessionLimits(10, 1000, 1 << 10));
        assertThat(resultOf("a")).isEmpty();
    }

    @Test
    void aSnapshotSaysWhichResultsAreForgotten() throws IOException {
        sessions.limit(new SessionLimits(10, 1000, 10));
        remember("a", "1", "12345");
        remember("b", "2", "");
        remember("c", "3", "1234567890");

        Sessions copy = Sessions.read(new DataInputStream(new ByteArrayInputStream(snapshot())));

        assertThat(resultOf("a", copy)).isEmpty();
        assertThat(resultOf("b", copy)).contains("");
        assertThat(resultOf("c", copy)).contains("1234567890");
        assertThat(Sessions.isSame(copy.find(new RequestId("a")).orElseThrow(), command("a", "1")))
                .isTrue();
    }

    @Test
    void idsThatServersMakeUpPushOutNoneThatCallersChose() {
        sessions.limit(new SessionLimits(2, 1000, 1 << 10));
        remember("a", "1", "1");

        remember(automatic(1), "2", "2");
        remember(automatic(2), "3", "3");
        remember(automatic(3), "4", "4");

        assertThat(isKnown("a")).isTrue();
        assertThat(isKnown(automatic(1))).isFalse();
        assertThat(isKnown(automatic(2))).isTrue();
        assertThat(isKnown(automatic(3))).isTrue();
    }

    @Test
    void anIdThatAServerMadeUpIsKnownToBeForgottenAndOneThatACallerChoseIsNot() throws IOException {
        sessions.limit(new SessionLimits(1, 1000, 1 << 10));
        remember("a", "1", "1");
        remember("b", "2", "2");
        remember(automatic(1), "3", "3");
        assertThat(mayBeForgotten(automatic(1), sessions)).isFalse();
        remember(automatic(2), "4", "4");
        Sessions copy = Sessions.read(new DataInputStream(new ByteArrayInputStream(snapshot())));

        for (Sessions either : new Sessions[] {sessions, copy}) {
            assertThat(mayBeForgotten(automatic(1), either)).isTrue();
            assertThat(mayBeForgotten(automatic(3), either)).isFalse();
            assertThat(mayBeForgotten("a", either)).isFalse();
        }
    }

    @Test
    void anIdThatAServerMadeUpIsKnownToBeForgottenForAsLongAgainAsItWasRemembered() {
        sessions.limit(new SessionLimits(10, 1000, 1 << 10));
        remember(automatic(1), "1", "1");

        sessions.advance(1000);
        assertThat(isKnown(automatic(1))).isFalse();
        sessions.advance(1999);
        assertThat(mayBeForgotten(automatic(1), sessions)).isTrue();
        sessions.advance(2000);
        assertThat(mayBeForgotten(automatic(1), sessions)).isFalse();
    }

    private static boolean mayBeForgotten(String id, Sessions of) {
        return of.mayBeForgotten(new RequestId(id));
    }

    @Test
    void lowerLimitsHoldAtOnce() {
        remember("a", "1", "1");
        remember("b", "2", "2");

        sessions.limit(new SessionLimits(1, 1000, 1 << 10));

        assertThat(sessions.size()).isEqualTo(1);
        assertThat(isKnown("b")).isTrue();
    }

    @Test
    void byDefaultAHundredThousandIdsAreRemembered() {
        for (int i = 0; i <= SessionLimits.DEFAULT.maxIds(); i++) {
            remember("a" + i, "", "");
        }

        assertThat(sessions.size()).isEqualTo(100_000);
        assertThat(isKnown("a0")).isFalse();
        assertThat(isKnown("a1")).isTrue();
    }

    @Test
    void aSnapshotHasIdsResultsLimitsTimeAndOrder() throws IOException {
        sessions.limit(new SessionLimits(2, 1000, 1 << 10));
        sessions.advance(5000);
        remember("a", "1", "one");
        remember(AUTOMATIC, "2", "two");
        sessions.advance(5500);
        remember("c", "3", "three");

        Sessions copy = Sessions.read(new DataInputStream(new ByteArrayInputStream(snapshot())));

        assertThat(resultOf("a", copy)).contains("one");
        assertThat(Sessions.isSame(copy.find(new RequestId(AUTOMATIC)).orElseThrow(), command(AUTOMATIC, "2")))
                .isTrue();
        copy.advance(6000);
        assertThat(copy.find(new RequestId("a"))).isEmpty();
        assertThat(copy.find(new RequestId(AUTOMATIC))).isEmpty();
        assertThat(copy.find(new RequestId("c"))).isPresent();
    }

    @Test
    void aSnapshotHasNothingOfWhatComesLater() throws IOException {
        remember("a", "1", "1");
        var captured = sessions.snapshot();
        remember("b", "2", "2");

        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        captured.writeTo(bytes);

        Sessions copy = Sessions.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(copy.size()).isEqualTo(1);
    }

    @Test
    void nothingIsReadBehindTheSessions() throws IOException {
        remember("a", "1", "1");
        byte[] bytes = snapshot();
        var in = new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length + 3));

        Sessions.read(new DataInputStream(in));

        assertThat(in.available()).isEqualTo(3);
    }

    @Test
    void sessionsThatEndTooEarlyOrCannotBeAreNotRead() throws IOException {
        remember("a", "1", "1");
        byte[] bytes = snapshot();

        for (int length = 0; length < bytes.length; length++) {
            var cut = new DataInputStream(new ByteArrayInputStream(Arrays.copyOf(bytes, length)));
            assertThatThrownBy(() -> Sessions.read(cut)).isInstanceOf(IOException.class);
        }
        byte[] noIds = bytes.clone();
        Arrays.fill(noIds, 0, Integer.BYTES, (byte) 0);
        assertThatThrownBy(() -> Sessions.read(new DataInputStream(new ByteArrayInputStream(noIds))))
                .isInstanceOf(IOException.class);
        byte[] negativeLength = bytes.clone();
        int end = bytes.length - Integer.BYTES - 1;
        Arrays.fill(negativeLength, end - Integer.BYTES, end, (byte) -2);
        assertThatThrownBy(() -> Sessions.read(new DataInputStream(new ByteArrayInputStream(negativeLength))))
                .isInstanceOf(IOException.class);
    }

    private byte[] snapshot() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        sessions.snapshot().writeTo(bytes);
        return bytes.toByteArray();
    }

    private static String automatic(long number) {
        return RequestId.automatic("process", number).value();
    }

    private Optional<String> resultOf(String id) {
        return resultOf(id, sessions);
    }

    private static Optional<String> resultOf(String id, Sessions of) {
        return of.find(new RequestId(id)).orElseThrow().value().map(value -> new String(value, UTF_8));
    }

    private boolean isKnown(String id) {
        return sessions.find(new RequestId(id)).isPresent();
    }

    private void remember(String id, String command, String result) {
        sessions.remember(new RequestId(id), command(id, command), new Result(++lastIndex, 1, result.getBytes(UTF_8)));
    }

    private static LogEntry.Command command(String id, String command) {
        return new LogEntry.Command(1, 1, 0, Optional.of(new RequestId(id)), command.getBytes(UTF_8));
    }
}
