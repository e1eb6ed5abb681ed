package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.memory.MemoryNetwork;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotPolicy;
import io.raftboot.spi.SnapshotWriter;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** bug R29: a snapshot carries the members as of its index, so none is taken by who does not know them. */
class SnapshotTakerTest {

    private static final NodeId SELF = NodeId.of("n1");
    private static final Configuration MEMBERS =
            Configuration.ofVoters(List.of(new Member(SELF, URI.create("http://n1.example"))));

    private final ReplicatedState state = new ReplicatedState(new CountingStateMachine());
    private final Snapshots snapshots = new Snapshots(
            RaftConfig.defaults(SELF),
            new MemoryDisk(new Identity("c", "default", SELF, "i")).open().snapshots(),
            new MemoryNetwork().connection(),
            Runnable::run,
            Runnable::run);
    private final SnapshotTaker taker = new SnapshotTaker(
            state, new SnapshotTrigger(new SnapshotPolicy(1, 1000, 0, OptionalLong.empty()), 0), snapshots);

    private void apply(LogEntry entry) {
        state.apply(entry);
        taker.applied(entry);
    }

    private CompletableFuture<Snapshot> take() {
        CompletableFuture<Snapshot> result = new CompletableFuture<>();
        taker.take(result);
        return result;
    }

    @Test
    void aServerThatWasAddedTakesNoSnapshotBeforeTheLogHasToldItOfTheMembers() {
        state.begin(Configuration.empty());
        apply(new LogEntry.NoOp(1, 1));

        assertThat(snapshots.store().list()).isEmpty();
        assertThatThrownBy(take()::join).hasCauseInstanceOf(RaftException.Stopped.class);

        apply(new LogEntry.Membership(2, 1, MEMBERS));

        assertThat(snapshots.store().list())
                .singleElement()
                .satisfies(taken -> assertThat(taken.metadata().configuration()).isEqualTo(MEMBERS));
    }

    @Test
    void aStateThatCannotBeCapturedStopsNobodyAndTheNextAttemptIsAsGoodAsTheFirst() {
        AtomicBoolean fails = new AtomicBoolean(true);
        ReplicatedState failing = new ReplicatedState(new CountingStateMachine() {
            @Override
            public SnapshotWriter snapshot() {
                if (fails.get()) {
                    throw new IllegalStateException("asked to fail");
                }
                return super.snapshot();
            }
        });
        SnapshotTaker other = new SnapshotTaker(
                failing, new SnapshotTrigger(new SnapshotPolicy(1, 1000, 0, OptionalLong.empty()), 0), snapshots);
        failing.begin(MEMBERS);
        LogEntry first = new LogEntry.NoOp(1, 1);
        failing.apply(first);
        other.applied(first);
        CompletableFuture<Snapshot> asked = new CompletableFuture<>();
        other.take(asked);
        assertThatThrownBy(asked::join).hasMessageContaining("asked to fail");
        assertThat(snapshots.store().list()).isEmpty();

        fails.set(false);
        LogEntry second = new LogEntry.NoOp(2, 1);
        failing.apply(second);
        other.applied(second);

        assertThat(snapshots.store().list()).hasSize(1);
    }

    @Test
    void aServerThatWasThereFromTheStartTakesOneAtOnce() {
        state.begin(MEMBERS);
        assertThatThrownBy(take()::join).hasCauseInstanceOf(RaftException.Stopped.class);

        state.apply(new LogEntry.NoOp(1, 1));

        assertThat(take().join().metadata().configuration()).isEqualTo(MEMBERS);
    }
}
