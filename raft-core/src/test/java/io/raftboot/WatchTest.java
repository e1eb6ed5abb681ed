package io.raftboot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.AppliedCommand;
import io.raftboot.model.AppliedDigest;
import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftException;
import io.raftboot.model.RequestId;
import io.raftboot.model.SnapshotMetadata;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** One server's commands, shown to those who watch. */
class WatchTest {

    private final ReplicatedState state = new ReplicatedState(new CountingStateMachine());
    private final Applier applier = new Applier(state, new Answers(Runnable::run));
    private final List<String> told = new ArrayList<>();

    private long lastIndex;

    @Test
    void everyCommandIsShownOnceAndInOrderWithAllThatTheStateMachineSaw() {
        apply("a");
        applier.apply(List.of(committed(new LogEntry.NoOp(++lastIndex, 4))));
        apply("b");
        Watch watch = watch(1);

        assertThat(watch.poll(10))
                .containsExactly(
                        new AppliedCommand(1, 3, 1001, bytes("a"), bytes("1")),
                        new AppliedCommand(3, 3, 1003, bytes("b"), bytes("2")));
        assertThat(watch.nextIndex()).isEqualTo(4);
        assertThat(watch.poll(10)).isEmpty();
    }

    @Test
    void itGoesOnWhereAnotherWatchHasEnded() {
        applyAll("a", "b", "c");
        Watch first = watch(1);
        assertThat(first.poll(2)).hasSize(2);
        first.close();

        assertThat(shown(watch(first.nextIndex()))).containsExactly("c");
        assertThatThrownBy(() -> first.poll(1)).isInstanceOf(RaftException.Stopped.class);
    }

    @Test
    void whatIsYetToComeIsWaitedFor() {
        Watch watch = watch(3);
        assertThat(watch.poll(10)).isEmpty();

        applyAll("a", "b");
        assertThat(watch.poll(10)).isEmpty();
        applyAll("c");

        assertThat(shown(watch)).containsExactly("c");
    }

    @Test
    void itsReaderIsToldOncePerTimeThatItFoundNothing() {
        Watch watch = watch(1);
        applyAll("a");
        assertThat(told).isEmpty();

        assertThat(watch.poll(10)).hasSize(1);
        applyAll("b");
        assertThat(told).isEmpty();

        assertThat(watch.poll(10)).hasSize(1);
        assertThat(watch.poll(10)).isEmpty();
        applyAll("c", "d");
        assertThat(told).containsExactly("from 1");
        assertThat(shown(watch)).containsExactly("c", "d");
    }

    // scenario C3
    @Test
    void aCommandThatIsSentAgainOrWhoseIdStandsForAnotherIsNoChange() {
        apply("a", "once");
        apply("a", "once");
        apply("b", "once");
        apply("c", "twice");

        assertThat(shown(watch(1))).containsExactly("a", "c");
    }

    @Test
    void aReaderThatIsTooSlowIsCutOffAndHoldsUpNobody() {
        Watch slow = watch(1);
        Watch quick = watch(1);
        List<String> seen = new ArrayList<>();
        for (int i = 0; i <= Journal.MAX_COMMANDS; i++) {
            apply("x");
            seen.addAll(shown(quick));
        }

        assertThatThrownBy(() -> slow.poll(1))
                .isInstanceOf(RaftException.HistoryGone.class)
                .hasMessageContaining("from index 2 on");
        assertThat(seen).hasSize(Journal.MAX_COMMANDS + 1);
        assertThatThrownBy(() -> watch(1)).isInstanceOf(RaftException.HistoryGone.class);
    }

    @Test
    void aSnapshotThatTakesThePlaceOfCommandsEndsTheWatchesThatMissThem() throws IOException {
        Watch behind = watch(1);
        Watch ahead = watch(10);
        assertThat(behind.poll(1)).isEmpty();
        applyAll("a");

        restoreAt(9);

        assertThat(told).containsExactly("from 1");
        assertThatThrownBy(() -> behind.poll(1)).isInstanceOf(RaftException.HistoryGone.class);
        assertThatThrownBy(() -> watch(9)).isInstanceOf(RaftException.HistoryGone.class);
        applyAll("b");
        assertThat(shown(ahead)).containsExactly("b");
    }

    @Test
    void whoWatchesAServerThatStopsIsToldSo() {
        Watch watch = watch(1);
        assertThat(watch.poll(1)).isEmpty();

        applier.close(new RaftException.Stopped("the server is stopping"));

        assertThat(told).containsExactly("from 1");
        assertThatThrownBy(() -> watch.poll(1)).hasMessage("the server is stopping");
        assertThatThrownBy(() -> watch(1)).hasMessage("the server is stopping");
    }

    // bug R54
    @Test
    void aServerWhoseStateIsNotThatOfTheOthersShowsNothing() {
        applyAll("a");
        Watch watch = watch(2);
        assertThat(watch.poll(1)).isEmpty();

        applier.compare(new AppliedDigest(1, 0));

        assertThat(told).containsExactly("from 2");
        assertThatThrownBy(() -> watch.poll(1)).isInstanceOf(RaftException.Stopped.class);
        assertThatThrownBy(() -> watch(1)).isInstanceOf(RaftException.Stopped.class);
    }

    @Test
    void soManyMayWatchAndAPlaceIsFreeAgainWhenOneEnds() {
        List<Watch> open = IntStream.range(0, Watchers.MAX_WATCHERS)
                .mapToObj(i -> watch(1))
                .toList();

        assertThatThrownBy(() -> watch(1)).isInstanceOf(RaftException.Overloaded.class);
        open.get(0).close();
        open.get(0).close();

        assertThat(watch(1).poll(1)).isEmpty();
        assertThatThrownBy(() -> watch(1)).isInstanceOf(RaftException.Overloaded.class);
    }

    @Test
    void aReaderThatFailsKeepsNobodyFromBeingTold() {
        Watch failing = applier.watchers().open(1, () -> {
            throw new IllegalStateException("asked to fail");
        });
        Watch other = watch(1);
        assertThat(failing.poll(1)).isEmpty();
        assertThat(other.poll(1)).isEmpty();

        applyAll("a");

        assertThat(told).hasSize(1);
    }

    @Test
    void whatIsNoIndexOrNoNumberIsRefused() {
        assertThatThrownBy(() -> watch(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> watch(1).poll(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private Watch watch(long from) {
        return applier.watchers().open(from, () -> told.add("from " + from));
    }

    private static List<String> shown(Watch watch) {
        return watch.poll(100).stream()
                .map(command -> new String(command.command(), UTF_8))
                .toList();
    }

    private void applyAll(String... commands) {
        applier.apply(List.of(commands).stream()
                .map(text -> committed(command(text, Optional.empty())))
                .toList());
    }

    private void apply(String command) {
        applyAll(command);
    }

    private void apply(String command, String requestId) {
        applier.apply(List.of(committed(command(command, Optional.of(new RequestId(requestId))))));
    }

    private LogEntry.Command command(String text, Optional<RequestId> id) {
        lastIndex++;
        return new LogEntry.Command(lastIndex, 3, 1000 + lastIndex, id, bytes(text));
    }

    private static Applier.Committed committed(LogEntry entry) {
        return new Applier.Committed(entry, Optional.empty());
    }

    private void restoreAt(long index) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        state.snapshot().writeTo(content);
        SnapshotMetadata metadata = new SnapshotMetadata(index, 3, Configuration.empty());
        state.restore(metadata, new ByteArrayInputStream(content.toByteArray()));
        lastIndex = index;
        applier.apply(List.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
