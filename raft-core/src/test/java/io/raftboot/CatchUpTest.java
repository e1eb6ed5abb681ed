package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.LogPosition;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus.CatchUp;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A server that is catching up says how far it is. */
class CatchUpTest {

    private static final Snapshot WANTED = snapshot(70);

    @Test
    void whatHasArrivedIsCountedForTheSnapshotThatIsWaitedFor() {
        View view = view(Optional.of(WANTED), 10);

        assertThat(catchUp(view, Optional.empty())).contains(new CatchUp(70, 0, 1000));
        assertThat(catchUp(view, Optional.of(new Download.Progress(WANTED, 300))))
                .contains(new CatchUp(70, 300, 1000));
        assertThat(catchUp(view, Optional.of(new Download.Progress(snapshot(60), 300))))
                .contains(new CatchUp(70, 0, 1000));
    }

    @Test
    void aSnapshotThatIsOnTheDiskHasArrivedWhileTheStateMachineTakesItOver() {
        assertThat(catchUp(view(Optional.of(WANTED), 70), Optional.empty())).contains(new CatchUp(70, 1000, 1000));
    }

    @Test
    void aServerThatWaitsForNothingOrHasStoppedCatchesUpWithNothing() {
        View view = view(Optional.of(WANTED), 10);

        assertThat(catchUp(view(Optional.empty(), 70), Optional.empty())).isEmpty();
        assertThat(catchUp(view.stopped(RaftRole.FOLLOWER), Optional.empty())).isEmpty();
    }

    private static Optional<CatchUp> catchUp(View view, Optional<Download.Progress> download) {
        RaftConfig config = RaftConfig.defaults(NodeId.of("n1"));
        Identity identity = new Identity("c", "default", config.nodeId(), "i");
        return view.status(
                        identity,
                        config,
                        new ReplicatedState.Applied(5, "", Optional.empty()),
                        download,
                        Optional.empty())
                .catchUp();
    }

    private static View view(Optional<Snapshot> catchingUpWith, long snapshotIndex) {
        return new View(
                0,
                RaftRole.FOLLOWER,
                3,
                Optional.empty(),
                5,
                1,
                snapshotIndex,
                false,
                catchingUpWith,
                new LogPosition(5, 3),
                Configuration.empty(),
                List.of(),
                new TreeMap<>());
    }

    private static Snapshot snapshot(long index) {
        return new Snapshot(new SnapshotMetadata(index, 3, Configuration.empty()), 1000, "ab".repeat(32));
    }
}
