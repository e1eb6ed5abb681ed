package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.AppliedCommand;
import io.raftboot.model.LogEntry;
import io.raftboot.model.RaftException;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {

    private static final int MAX_COMMANDS = 3;
    private static final long MAX_BYTES = 3L * LogEntry.OVERHEAD_BYTES + 30;

    private final Journal journal = new Journal(MAX_COMMANDS, MAX_BYTES);

    @Test
    void itIsReadInOrderAndInPieces() {
        addAll(2, 3, 7);

        assertThat(indexes(1, 10)).containsExactly(2L, 3L, 7L);
        assertThat(indexes(3, 1)).containsExactly(3L);
        assertThat(indexes(4, 10)).containsExactly(7L);
        assertThat(indexes(8, 10)).isEmpty();
    }

    @Test
    void whatIsNotCompleteYetIsNotRead() {
        addAll(1);
        journal.add(command(2, 0));

        assertThat(indexes(1, 10)).containsExactly(1L);
    }

    @Test
    void beyondItsNumberTheOldestIsForgotten() {
        addAll(1, 2, 3);
        assertThat(indexes(1, 10)).hasSize(MAX_COMMANDS);

        addAll(4);

        assertThat(indexes(2, 10)).containsExactly(2L, 3L, 4L);
        assertThatExceptionOfType(RaftException.HistoryGone.class)
                .isThrownBy(() -> indexes(1, 10))
                .satisfies(gone -> assertThat(gone.firstIndex()).isEqualTo(2));
    }

    @Test
    void beyondItsBytesTheOldestIsForgottenAndTheLastOneStays() {
        add(command(1, 15));
        add(command(2, 15));
        assertThat(indexes(1, 10)).containsExactly(1L, 2L);

        add(command(3, 16));
        assertThat(indexes(2, 10)).containsExactly(2L, 3L);
        add(command(4, 1000));
        assertThat(indexes(4, 10)).containsExactly(4L);
        add(command(5, 1));
        assertThat(indexes(5, 10)).containsExactly(5L);
    }

    @Test
    void whoHasSeenAllThatIsForgottenMissesNothing() {
        addAll(1, 2);
        journal.isCompleteThrough(100);

        assertThat(indexes(3, 10)).isEmpty();
        addAll(101, 102);
        assertThat(indexes(3, 10)).containsExactly(101L, 102L);
    }

    @Test
    void afterASnapshotItBeginsAnew() {
        addAll(1, 2);

        journal.beginAfter(10);

        assertThatThrownBy(() -> indexes(3, 10)).isInstanceOf(RaftException.HistoryGone.class);
        assertThatThrownBy(() -> indexes(10, 10)).isInstanceOf(RaftException.HistoryGone.class);
        assertThat(indexes(11, 10)).isEmpty();
        addAll(11, 12, 13);
        assertThat(indexes(11, 10)).containsExactly(11L, 12L, 13L);
    }

    private List<Long> indexes(long from, int max) {
        return journal.read(from, journal.lastIndex(), max).stream()
                .map(AppliedCommand::index)
                .toList();
    }

    private void addAll(long... indexes) {
        for (long index : indexes) {
            add(command(index, 0));
        }
    }

    private void add(AppliedCommand command) {
        journal.add(command);
        journal.isCompleteThrough(command.index());
    }

    private static AppliedCommand command(long index, int bytes) {
        return new AppliedCommand(index, 1, 0, new byte[bytes], new byte[0]);
    }
}
