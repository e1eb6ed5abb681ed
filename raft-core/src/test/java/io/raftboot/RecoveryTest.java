package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LostState;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.testkit.ForwardingSnapshotStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** From which snapshot a server starts. */
class RecoveryTest {

    private static final NodeId SELF = NodeId.of("n1");

    private final SnapshotStore store =
            new MemoryDisk(new Identity("c", "default", SELF, "i")).open().snapshots();
    private final SnapshotMetadata base = new SnapshotMetadata(7, 2, Configuration.empty());
    private final PersistedState persisted = new PersistedState(new HardState(3, Optional.empty()), base, List.of());

    @Test
    void oneThatCannotBeReadIsNotStartedFromAndIsThereForTheNextStart() throws IOException {
        Snapshot snapshot = store.write(base, out -> out.write(1));
        SnapshotStore unreadable = new ForwardingSnapshotStore(store) {
            @Override
            public void verify(Snapshot ignored) throws IOException {
                throw new IOException("Input/output error");
            }
        };

        assertThatThrownBy(() -> new Recovery(SELF, persisted, unreadable).newest())
                .isInstanceOf(LostState.class)
                .hasMessageContainingAll("cannot be read", "Input/output error");

        assertThat(new Recovery(SELF, persisted, store).newest()).contains(snapshot);
    }

    @Test // of a timeline that was given up when the cluster was made anew
    void oneOfTheSameIndexAndAnotherTermIsNotTheOneThatTheLogBeginsBehind() throws IOException {
        store.write(new SnapshotMetadata(7, 1, Configuration.empty()), out -> out.write(1));

        assertThatThrownBy(() -> new Recovery(SELF, persisted, store).newest()).isInstanceOf(LostState.class);
    }
}
