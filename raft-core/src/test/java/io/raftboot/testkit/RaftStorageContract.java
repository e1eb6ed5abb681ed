package io.raftboot.testkit;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RequestId;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link RaftStorage} does. Extend it and say how your disk is opened; each test opens its own disk again and again, and
 * expects what was written to be there as if the process had ended in between.
 */
public abstract class RaftStorageContract {

    /** For subclasses. */
    protected RaftStorageContract() {
        // Nothing is open yet.
    }

    /** Opens the disk of this test, which belongs to {@link ModelDisk#N1}; it is new at the first call, and closed before the next. */
    protected abstract RaftStorage open();

    @Test
    void nothingIsThereAtFirst() {
        try (RaftStorage disk = open()) {
            assertThat(disk.load()).isEmpty();
        }
        assertThat(reloaded()).isEmpty();
    }

    @Test
    void theIdentityStays() {
        Identity first = identity();

        assertThat(first.nodeId()).isEqualTo(ModelDisk.N1.id());
        assertThat(identity()).isEqualTo(first);
    }

    @Test
    void theBootstrapComesBack() {
        write(WriteBatch.bootstrap(THREE));

        assertThat(reloaded()).contains(PersistedState.bootstrap(THREE));
    }

    @Test
    void everyKindOfEntryComesBackAsItWasWritten() {
        List<LogEntry> entries = List.of(
                new LogEntry.NoOp(1, 1, new SessionLimits(10, 3_600_000, 1 << 20)),
                new LogEntry.Command(2, 1, 0, Optional.empty(), new byte[0]),
                new LogEntry.Command(3, 1, -1, Optional.of(new RequestId("a\uD800\u0000é")), new byte[] {0, -1}),
                new LogEntry.Command(4, 2, Long.MAX_VALUE, Optional.empty(), new byte[1 << 20]),
                new LogEntry.Membership(5, 2, ModelDisk.joint()),
                new LogEntry.Membership(6, 1L << 62, THREE));

        write(WriteBatch.bootstrap(THREE), append(entries));

        assertThat(reloaded().orElseThrow().entries()).isEqualTo(entries);
    }

    @Test // scenario P5
    void termAndVoteAreWrittenTogether() {
        HardState voted = new HardState(7, Optional.of(NodeId.of("n2")));

        write(WriteBatch.bootstrap(THREE), hardState(voted));
        assertThat(reloaded().orElseThrow().hardState()).isEqualTo(voted);

        write(hardState(new HardState(8, Optional.empty())));
        assertThat(reloaded().orElseThrow().hardState()).isEqualTo(new HardState(8, Optional.empty()));
    }

    @Test
    void aNewLeaderReplacesTheEndOfTheLog() {
        write(WriteBatch.bootstrap(THREE), append(noOps(1, 10, 3)));

        // Figure 8: the entries that replace others may be of an earlier term than those.
        LogEntry replaced = new LogEntry.NoOp(1, 2);
        write(new WriteBatch(
                Optional.empty(),
                Optional.of(new HardState(4, Optional.empty())),
                OptionalLong.of(1),
                List.of(replaced)));

        assertThat(reloaded().orElseThrow().entries()).containsExactly(replaced);
        write(new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.of(1), List.of()));
        assertThat(reloaded().orElseThrow().entries()).isEmpty();
    }

    @Test
    void entriesUpToTheBaseGoAndLaterOnesStay() {
        write(WriteBatch.bootstrap(THREE), append(noOps(1, 10, 1)), base(4, 1));

        PersistedState state = reloaded().orElseThrow();

        assertThat(state.base()).isEqualTo(new SnapshotMetadata(4, 1, ModelDisk.joint()));
        assertThat(state.entries()).isEqualTo(noOps(5, 10, 1));
    }

    @Test
    void aBaseBeyondTheEndLeavesAnEmptyLogThatGoesOnBehindIt() {
        write(WriteBatch.bootstrap(THREE), append(noOps(1, 10, 1)), base(5_000, 3));
        assertThat(reloaded().orElseThrow().entries()).isEmpty();

        write(append(noOps(5_001, 5_002, 3)));
        assertThat(reloaded().orElseThrow().entries()).isEqualTo(noOps(5_001, 5_002, 3));
    }

    @Test
    void aBaseOfTheSameIndexReplacesTheLogInOneBatch() {
        write(WriteBatch.bootstrap(THREE), append(noOps(1, 10, 1)));

        // §7: the log has another entry where the snapshot ends, so all of it goes.
        write(new WriteBatch(
                Optional.of(new SnapshotMetadata(6, 2, THREE)),
                Optional.of(new HardState(2, Optional.empty())),
                OptionalLong.of(7),
                noOps(7, 8, 2)));

        PersistedState state = reloaded().orElseThrow();
        assertThat(state.base().lastIncludedTerm()).isEqualTo(2);
        assertThat(state.entries()).isEqualTo(noOps(7, 8, 2));
    }

    @Test
    void aLongLogGivesWayToASnapshot() {
        write(WriteBatch.bootstrap(THREE), append(noOps(1, 5_000, 1)), base(4_990, 1));
        assertThat(reloaded().orElseThrow().entries()).isEqualTo(noOps(4_991, 5_000, 1));

        write(append(noOps(5_001, 5_001, 1)), append(noOps(5_002, 5_002, 1)), base(5_001, 1));
        assertThat(reloaded().orElseThrow().entries()).isEqualTo(noOps(5_002, 5_002, 1));
    }

    @Test
    void nothingToWriteIsNoWrite() {
        write(WriteBatch.EMPTY, WriteBatch.EMPTY);

        assertThat(reloaded()).isEmpty();
    }

    @Test
    void whatCannotBeIsRefusedAndEndsTheStorage() {
        List<WriteBatch> impossible = List.of(
                append(noOps(12, 12, 1)),
                append(noOps(10, 10, 1)),
                append(List.of(new LogEntry.NoOp(11, 1), new LogEntry.NoOp(12, 1), new LogEntry.NoOp(14, 1))),
                new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.of(2), List.of()),
                base(1, 1));
        write(WriteBatch.bootstrap(THREE), append(noOps(1, 10, 1)), base(2, 1));

        for (WriteBatch batch : impossible) {
            try (RaftStorage disk = open()) {
                PersistedState before = disk.load().orElseThrow();
                assertThatThrownBy(() -> disk.write(batch)).isInstanceOf(RuntimeException.class);
                assertThatThrownBy(() -> disk.write(append(noOps(11, 11, 1)))).isInstanceOf(RuntimeException.class);
                assertThat(before.entries()).isEqualTo(noOps(3, 10, 1));
            }
            assertThat(reloaded().orElseThrow().entries()).isEqualTo(noOps(3, 10, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anySequenceOfBatchesComesBackAsItWasWritten(long seed) {
        ModelDisk model = new ModelDisk(seed, false);
        Random random = new Random(seed);
        write(WriteBatch.bootstrap(THREE));
        for (int opening = 0; opening < 10; opening++) {
            List<WriteBatch> batches = new ArrayList<>();
            for (int writes = random.nextInt(20); writes >= 0; writes--) {
                batches.add(model.next());
                model.wrote(model.next());
            }
            write(batches.toArray(WriteBatch[]::new));
            assertThat(reloaded()).contains(model.state());
        }
    }

    private Identity identity() {
        try (RaftStorage disk = open()) {
            return disk.identity();
        }
    }

    private void write(WriteBatch... batches) {
        try (RaftStorage disk = open()) {
            disk.load();
            for (WriteBatch batch : batches) {
                disk.write(batch);
            }
        }
    }

    private Optional<PersistedState> reloaded() {
        try (RaftStorage disk = open()) {
            return disk.load();
        }
    }

    /** A batch that appends these entries. */
    protected static WriteBatch append(List<LogEntry> entries) {
        return new WriteBatch(Optional.empty(), Optional.empty(), OptionalLong.empty(), entries);
    }

    /** A batch that changes term and vote. */
    protected static WriteBatch hardState(HardState hardState) {
        return new WriteBatch(Optional.empty(), Optional.of(hardState), OptionalLong.empty(), List.of());
    }

    private static WriteBatch base(long index, long term) {
        return new WriteBatch(
                Optional.of(new SnapshotMetadata(index, term, ModelDisk.joint())),
                Optional.empty(),
                OptionalLong.empty(),
                List.of());
    }

    /** Entries without content, from the first index to the last. */
    protected static List<LogEntry> noOps(long first, long last, long term) {
        return LongStream.rangeClosed(first, last)
                .<LogEntry>mapToObj(index -> new LogEntry.NoOp(index, term))
                .toList();
    }
}
