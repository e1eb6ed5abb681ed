package io.raftboot.scenario;

import io.raftboot.consensus.Server;
import java.util.Map;
import java.util.function.Consumer;

/** The commands about snapshots, which are written and downloaded beside the consensus. */
final class SnapshotCommands {

    private final Stage stage;

    SnapshotCommands(Stage stage) {
        this.stage = stage;
    }

    void register(Map<String, Consumer<Words>> commands) {
        commands.put("snapshot", this::snapshot);
        commands.put("fetched", this::fetched);
        commands.put("not-fetched", this::notFetched);
    }

    /** {@code snapshot n1}: a snapshot of all that it has applied becomes durable; its log keeps nothing behind it. */
    private void snapshot(Words words) {
        Server server = stage.free(words.server());
        server.takeSnapshot();
        stage.turn(server);
    }

    /** {@code fetched n3}: its download is complete and durable. */
    private void fetched(Words words) {
        Server server = stage.free(words.server());
        server.completeDownload();
        stage.turn(server);
    }

    /** {@code not-fetched n3}: its download has failed. */
    private void notFetched(Words words) {
        Server server = stage.free(words.server());
        server.consensus.snapshotNotFetched();
        stage.turn(server);
    }
}
