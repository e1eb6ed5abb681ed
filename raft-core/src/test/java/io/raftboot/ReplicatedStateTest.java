package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.SnapshotMetadata;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Scenarios C3 to C5, bugs R34 and R51: a command under a request id is applied once, on every server. */
class ReplicatedStateTest {

    private final ReplicatedState state = new ReplicatedState(new CountingStateMachine());
    private final ReplicatedState other = new ReplicatedState(new CountingStateMachine());

    private long lastIndex;

    @Test
    void aRepeatedCommandIsNotAppliedAndGivesTheFirstResultAgain() {
        Result first = given("a", "x");
        apply("b", "y");

        Result again = given("a", "x");

        assertThat(first.replayed()).isFalse();
        assertThat(again).isEqualTo(first.again());
        assertThat(commands(state)).isEqualTo("x,y");
        assertThat(state.lastApplied()).isEqualTo(3);
    }

    @Test
    void theSameContentUnderAnotherIdOrNoneIsAppliedAgain() {
        apply("a", "x");
        apply("b", "x");
        applyToBoth(new LogEntry.Command(3, 1, 0, Optional.empty(), "x".getBytes(UTF_8)));
        applyToBoth(new LogEntry.Command(4, 1, 0, Optional.empty(), "x".getBytes(UTF_8)));

        assertThat(commands(state)).isEqualTo("x,x,x,x");
    }

    @Test
    void anIdWithOtherContentChangesNothingAndStopsNothing() {
        apply("a", "x");

        assertThat(apply("a", "y")).isEqualTo(Effect.Refusal.OTHER_COMMAND);

        assertThat(commands(state)).isEqualTo("x");
        assertThat(given("a", "x").replayed()).isTrue();
        assertThat(given("b", "y").replayed()).isFalse();
    }

    @Test
    void aCommandWhoseResultIsForgottenIsNotAppliedAgain() throws IOException {
        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(10, 1000, 1)));
        apply("a", "x");
        apply("b", "yyyy");
        ReplicatedState restored = restored(snapshot(state));

        LogEntry repetition = command("a", 0, "x");
        assertThat(applyToBoth(repetition))
                .isEqualTo(restored.apply(repetition))
                .isEqualTo(Effect.Refusal.RESULT_FORGOTTEN);

        assertThat(commands(state)).isEqualTo("x,yyyy");
        assertThat(apply("a", "z")).isEqualTo(Effect.Refusal.OTHER_COMMAND);
        assertThat(given("b", "yyyy").replayed()).isTrue();
    }

    @Test
    void aCommandWhoseIdAServerMadeUpIsNotAppliedAgainHoweverManyOthersCameInBetween() throws IOException {
        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(1, 1000, 100)));
        apply(automatic(1), "x");
        apply(automatic(2), "y");
        ReplicatedState restored = restored(snapshot(state));

        LogEntry repetition = command(automatic(1), 0, "x");
        assertThat(applyToBoth(repetition))
                .isEqualTo(restored.apply(repetition))
                .isEqualTo(Effect.Refusal.ID_FORGOTTEN);
        assertThat(Effect.Refusal.ID_FORGOTTEN.exception())
                .isInstanceOfSatisfying(
                        RaftException.OutcomeUnknown.class,
                        unknown -> assertThat(unknown.isForgotten()).isTrue());

        assertThat(commands(state)).isEqualTo("x,y");
        assertThat(given(automatic(2), "y").replayed()).isTrue();
        assertThat(given(automatic(3), "z").replayed()).isFalse();
    }

    @Test
    void digestsAreEqualWhoeverRepeatsAndWhateverIsRefused() {
        apply("a", "x");
        apply("a", "x");
        apply("a", "y");
        apply("b", "y");
        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(1, 1000, 100)));
        apply(automatic(2), "y");
        apply(automatic(3), "y");
        apply(automatic(1), "y");
        state.publish();
        other.publish();

        assertThat(state.applied()).isEqualTo(other.applied());
    }

    @Test
    void aServerThatAppliedWhatAnotherRepeatedHasAnotherDigest() {
        apply("a", "x");
        state.apply(command("a", 0, "x"));
        lastIndex--;
        other.apply(command("b", 0, "x"));
        state.publish();
        other.publish();

        assertThat(state.applied().digest()).isNotEqualTo(other.applied().digest());
    }

    @Test
    void aServerThatAppliedWhatAnotherRefusedHasAnotherDigest() {
        state.apply(new LogEntry.NoOp(1, 1, new SessionLimits(1, 1000, 100)));
        other.apply(new LogEntry.NoOp(1, 1, new SessionLimits(2, 1000, 100)));
        lastIndex = 1;
        apply(automatic(1), "x");
        apply(automatic(3), "y");
        LogEntry late = command(automatic(1), 0, "x");

        assertThat(state.apply(late)).isEqualTo(Effect.Refusal.ID_FORGOTTEN);
        assertThat(other.apply(late)).isInstanceOf(Effect.Gives.class);
        state.publish();
        other.publish();
        assertThat(state.applied().digest()).isNotEqualTo(other.applied().digest());
    }

    @Test
    void aComparisonIsCalledForUnlessTheDigestsAreKnownToBeEqual() {
        apply("a", "x");
        state.publish();
        AppliedDigest own = state.recentDigests().at(1).orElseThrow();
        AppliedDigest another = new AppliedDigest(1, own.digest() + 1);

        assertThat(state.mayDiffer(own)).isFalse();
        assertThat(state.mayDiffer(another)).isTrue();
        assertThat(state.mayDiffer(new AppliedDigest(2, own.digest()))).isTrue();

        state.compare(another);
        state.publish();
        assertThat(state.mayDiffer(own)).isTrue();
    }

    @Test
    void timePassesByTheTimestampsInTheLogAlone() {
        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(10, 1000, 100)));
        applyToBoth(command("a", 5000, "x"));
        applyToBoth(command("a", 5999, "x"));
        assertThat(commands(state)).isEqualTo("x");

        applyToBoth(command("a", 6000, "x"));
        assertThat(commands(state)).isEqualTo("x,x");
    }

    @Test
    void aCommandWithoutAnIdLetsTimePassToo() {
        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(10, 1000, 100)));
        applyToBoth(command("a", 5000, "x"));
        applyToBoth(new LogEntry.Command(++lastIndex, 1, 7000, Optional.empty(), "y".getBytes(UTF_8)));
        applyToBoth(command("a", 5000, "x"));

        assertThat(commands(state)).isEqualTo("x,y,x");
    }

    @Test
    void theLimitsAreThoseOfTheLatestLeader() {
        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(1, 1000, 100)));
        apply("a", "x");
        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(2, 1000, 100)));
        apply("b", "y");
        assertThat(given("a", "x").replayed()).isTrue();

        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(1, 1000, 100)));
        assertThat(given("b", "y").replayed()).isTrue();
        assertThat(given("a", "x").replayed()).isFalse();
    }

    @Test
    void aServerThatWasGivenASnapshotRepeatsLikeTheOthers() throws IOException {
        applyToBoth(new LogEntry.NoOp(++lastIndex, 1, new SessionLimits(1, 1000, 100)));
        Result first = given("a", "x");
        ReplicatedState restored = restored(snapshot(state));

        LogEntry repetition = command("a", 0, "x");
        assertThat(restored.apply(repetition))
                .isEqualTo(state.apply(repetition))
                .isEqualTo(new Effect.Gives(first.again()));
        LogEntry pushesOut = command("b", 0, "y");
        assertThat(restored.apply(pushesOut)).isEqualTo(state.apply(pushesOut));
        LogEntry forgotten = command("a", 0, "x");
        assertThat(restored.apply(forgotten)).isEqualTo(state.apply(forgotten));
        restored.publish();
        state.publish();
        assertThat(restored.applied()).isEqualTo(state.applied());
    }

    @Test
    void aSnapshotReplacesWhatWasRemembered() throws IOException {
        byte[] empty = snapshot(state);
        apply("a", "x");

        state.restore(new SnapshotMetadata(7, 1, Configuration.empty()), new ByteArrayInputStream(empty));

        lastIndex = 7;
        assertThat(given(state.apply(command("a", 0, "x"))).replayed()).isFalse();
    }

    @Test
    void aSnapshotOfTheTimeBeforeRequestIdsIsRestored() throws IOException {
        ByteArrayOutputStream old = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(old);
        out.writeInt(1);
        out.writeLong(42);
        out.write("x,y".getBytes(UTF_8));

        state.restore(new SnapshotMetadata(7, 1, Configuration.empty()), new ByteArrayInputStream(old.toByteArray()));

        assertThat(commands(state)).isEqualTo("x,y");
        lastIndex = 7;
        assertThat(given(state.apply(command("a", 0, "z"))).index()).isEqualTo(8);
        assertThat(given(state.apply(command("a", 0, "z"))).index()).isEqualTo(8);
    }

    @Test
    void aSnapshotOfTheTimeWhenNobodyNotedForgottenIdsIsRestored() throws IOException {
        given("a", "x");
        byte[] now = snapshot(state);
        byte[] commands = "x".getBytes(UTF_8);
        int end = now.length - commands.length;
        ByteArrayOutputStream old = new ByteArrayOutputStream();
        old.write(now, 0, end - Integer.BYTES);
        old.write(commands);
        byte[] bytes = old.toByteArray();

        for (byte format : new byte[] {2, 3}) {
            bytes[3] = format;
            assertThat(commands(restored(bytes))).isEqualTo("x");
            assertThat(given(restored(bytes)
                                    .apply(new LogEntry.Command(2, 1, 0, Optional.of(new RequestId("a")), commands)))
                            .replayed())
                    .isTrue();
        }
    }

    @Test
    void aSnapshotOfALaterFormatIsRefused() {
        byte[] later = {0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0};

        assertThatThrownBy(() -> state.restore(
                        new SnapshotMetadata(7, 1, Configuration.empty()), new ByteArrayInputStream(later)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 5");
    }

    private static byte[] snapshot(ReplicatedState of) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        of.snapshot().writeTo(bytes);
        return bytes.toByteArray();
    }

    private ReplicatedState restored(byte[] snapshot) throws IOException {
        ReplicatedState restored = new ReplicatedState(new CountingStateMachine());
        restored.restore(state.position(), new ByteArrayInputStream(snapshot));
        return restored;
    }

    private static String automatic(long number) {
        return RequestId.automatic("process", number).value();
    }

    private Result given(String id, String command) {
        return given(apply(id, command));
    }

    private static Result given(Effect effect) {
        return ((Effect.Gives) effect).result();
    }

    private Effect apply(String id, String command) {
        return applyToBoth(command(id, 0, command));
    }

    private LogEntry command(String id, long timestampMillis, String command) {
        return new LogEntry.Command(
                ++lastIndex, 1, timestampMillis, Optional.of(new RequestId(id)), command.getBytes(UTF_8));
    }

    private Effect applyToBoth(LogEntry entry) {
        Effect effect = state.apply(entry);
        assertThat(other.apply(entry)).isEqualTo(effect);
        return effect;
    }

    private static String commands(ReplicatedState of) {
        return new String(of.query(new byte[0]).value(), UTF_8);
    }
}
