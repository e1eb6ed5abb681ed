package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.WriteBatch;
import io.raftboot.spring.h2.LogJournal.Later;
import io.raftboot.spring.h2.SealedRow.DamagedRow;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogJournalTest {

    private static final int BLOCK_BYTES = 4096;

    @TempDir
    Path directory;

    @Test
    void whatWasAppendedBehindACommitIsReadBehindThatOneOnly() throws IOException {
        List<WriteBatch> batches = List.of(WriteBatch.bootstrap(THREE), vote(2), truncation(7), entries(9, 3, 100));
        write(4, batches);

        assertThat(behind(4)).isEqualTo(new Later(batches, false));
        assertThat(behind(8)).isEqualTo(new Later(List.of(), false));
    }

    @Test
    void aCommitThatIsOlderThanWhatTheJournalFollowsIsNoticed() throws IOException {
        write(4, List.of(vote(1)));

        assertThatThrownBy(() -> behind(3)).isInstanceOf(DamagedRow.class).hasMessageContaining("write 4 is missing");
    }

    @Test
    void whatIsLeftOfEarlierRoundsMeansNothing() throws IOException {
        write(0, List.of(vote(1), vote(2), vote(3)));
        write(3, List.of(vote(4)));

        assertThat(behind(3)).isEqualTo(new Later(List.of(vote(4)), false));
    }

    @Test
    void aWriteThatFindsNoRoomIsNotTakenAndTheNextRoundHasAllOfIt() throws IOException {
        try (LogJournal journal = open()) {
            journal.beginBehind(0);
            int taken = 0;
            while (append(journal, taken + 1, entries(taken + 1, 1, 100))) {
                taken++;
            }
            assertThat(taken).isEqualTo(LogJournal.FILE_BYTES / BLOCK_BYTES);

            journal.beginBehind(taken);
            assertThat(append(journal, taken + 1, entries(1, 1, LogJournal.FILE_BYTES - 200)))
                    .isTrue();
            assertThat(append(journal, taken + 2, vote(1))).isFalse();
        }
        assertThat(behind(LogJournal.FILE_BYTES / BLOCK_BYTES).batches()).hasSize(1);
    }

    @Test // scenario P8
    void aTornEndIsCutBackAndAnythingMissingBeforeItIsNot() throws IOException {
        write(0, List.of(vote(1), vote(2), vote(3)));
        damage(2 * BLOCK_BYTES + 40);
        assertThat(behind(0)).isEqualTo(new Later(List.of(vote(1), vote(2)), true));

        damage(BLOCK_BYTES + 40);
        assertThat(behind(0)).isEqualTo(new Later(List.of(vote(1)), true));

        write(0, List.of(vote(1), vote(2), vote(3)));
        damage(BLOCK_BYTES + 40);
        assertThatThrownBy(() -> behind(0)).isInstanceOf(DamagedRow.class).hasMessageContaining("write 2 is missing");
    }

    @Test
    void theJournalOfAnotherServerMeansNothing() throws IOException {
        write(0, List.of(vote(1)));

        try (LogJournal journal = LogJournal.open(directory, "another incarnation")) {
            assertThat(journal.readBehind(0).batches()).isEmpty();
        }
    }

    @Test // whoever knows the incarnation, which is no secret, could make every server refuse its log at the next start
    void aWriteThatAnotherRecordCouldBeReadOutOfIsLeftToTheDatabase() throws IOException {
        byte[] record = JournalRecord.seal(new JournalRecord.Head(0, 1L << 60), "incarnation", vote(1), List.of());
        byte[] marker = new byte[BLOCK_BYTES];
        Arrays.fill(marker, (byte) 'x');
        WriteBatch marked = command(marker);
        byte[] sealed = JournalRecord.seal(new JournalRecord.Head(0, 1), "incarnation", marked, StoredLog.rows(marked));
        int start = Integer.BYTES + new String(sealed, ISO_8859_1).indexOf(new String(marker, ISO_8859_1));
        byte[] forged = ByteBuffer.allocate(BLOCK_BYTES)
                .position(BLOCK_BYTES - start)
                .putInt(record.length)
                .put(record)
                .array();

        try (LogJournal journal = open()) {
            journal.beginBehind(0);
            assertThat(append(journal, 1, command(forged))).isFalse();
            assertThat(append(journal, 1, marked)).isTrue();
        }
        assertThat(behind(0)).isEqualTo(new Later(List.of(marked), false));
    }

    private static WriteBatch command(byte[] bytes) {
        LogEntry command = new LogEntry.Command(1, 1, 0, Optional.empty(), bytes);
        return new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.empty(), List.of(command));
    }

    @Test // bug R63
    void anInterruptIsTheEndOfIt() throws IOException {
        try (LogJournal journal = open()) {
            journal.beginBehind(0);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> append(journal, 1, vote(1))).hasMessage("raft-log.journal cannot be written");
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(() -> append(journal, 2, vote(1))).hasMessage("raft-log.journal cannot be written");
        }
    }

    private void write(long commit, List<WriteBatch> batches) throws IOException {
        try (LogJournal journal = open()) {
            journal.beginBehind(commit);
            long sequence = commit;
            for (WriteBatch batch : batches) {
                assertThat(append(journal, ++sequence, batch)).isTrue();
            }
        }
    }

    private static boolean append(LogJournal journal, long sequence, WriteBatch batch) {
        return journal.append(sequence, batch, StoredLog.rows(batch));
    }

    private Later behind(long commit) throws IOException {
        try (LogJournal journal = open()) {
            return journal.readBehind(commit);
        }
    }

    private LogJournal open() throws IOException {
        return LogJournal.open(directory, "incarnation");
    }

    private void damage(int position) throws IOException {
        Path file = directory.resolve("raft-log.journal");
        byte[] content = Files.readAllBytes(file);
        content[position] ^= 1;
        Files.write(file, content);
    }

    private static WriteBatch vote(long term) {
        HardState hardState = new HardState(term, Optional.of(NodeId.of("n2")));
        return new WriteBatch(Optional.empty(), Optional.of(hardState), OptionalLong.empty(), List.of());
    }

    private static WriteBatch truncation(long from) {
        return new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.of(from), List.of());
    }

    private static WriteBatch entries(long first, int count, int bytes) {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = first; index < first + count; index++) {
            entries.add(ModelDisk.command(index, 1, bytes, new Random(index)));
        }
        return new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.empty(), entries);
    }
}
