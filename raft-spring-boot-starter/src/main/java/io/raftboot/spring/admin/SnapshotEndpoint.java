package io.raftboot.spring.admin;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.Snapshot;
import java.io.IOException;
import java.util.Set;

/** {@code POST /snapshots}: takes a snapshot on this server now. */
record SnapshotEndpoint(AdminServer server, SnapshotsOnRequest snapshots) implements Endpoint {

    @JsonPropertyOrder({"id", "lastIncludedIndex", "lastIncludedTerm", "sizeInBytes"})
    private record Taken(String id, long lastIncludedIndex, long lastIncludedTerm, long sizeInBytes) {

        private static Taken of(Snapshot snapshot) {
            return new Taken(
                    snapshot.id(), snapshot.lastIncludedIndex(), snapshot.lastIncludedTerm(), snapshot.sizeInBytes());
        }
    }

    @Override
    public Set<String> methods() {
        return Set.of("POST");
    }

    @Override
    public void serve(AdminExchange exchange) throws IOException {
        if (exchange.isDryRun()) {
            exchange.answer(foresee());
        } else {
            snapshots.take(snapshot -> exchange.answer(Taken.of(snapshot)));
        }
    }

    private DryRunJson foresee() {
        // Refuses if the server does not run, as the snapshot itself would be.
        int present = server.snapshots().list().size();
        RaftStatus status = server.status();
        if (status.lastApplied() == 0) {
            return DryRunJson.of(status, false, "nothing is applied yet that a snapshot could hold");
        }
        return DryRunJson.of(
                status,
                true,
                "a snapshot of everything up to index " + status.lastApplied() + " is taken on this server, beside "
                        + present + " that it has");
    }
}
