package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.json.JsonParserFactory;

/** Servers that get a state that they have not applied themselves: from another server, or from a backup. */
class SnapshotIT {

    @TempDir
    Path directory;

    @Test // scenarios S2, S8, bugs R30, R33
    void aNodeThatWasAwayTooLongInstallsASnapshotShowsItAndAgrees() throws Exception {
        String[] compactOften = {
            "--raft.snapshot.entries=50", "--raft.snapshot.trailing-entries=5", "--raft.snapshot.max-rate=4KB"
        };
        try (ProcessCluster cluster = new ProcessCluster(directory, 3, compactOften).startAll()) {
            String leader = cluster.awaitLeader(cluster.ids());
            String away = cluster.others(leader).get(0);
            assertThat(cluster.put(leader, "before", "x").statusCode()).isEqualTo(200);
            cluster.kill(away);
            for (int i = 0; i < 120; i++) {
                String value = ("value " + i + " ").repeat(12);
                assertThat(cluster.put(leader, "k" + i, value).statusCode()).isEqualTo(200);
            }
            ProcessCluster.await("a shorter log", () -> cluster.number(leader, "firstLogIndex") > 50);

            cluster.start(away);
            ProcessCluster.await(
                    "that it shows how far it is",
                    () -> cluster.status(away)
                            .filter(status -> status.get("catchUp") != null)
                            .isPresent());
            ProcessCluster.await("the last write", () -> cluster.hasLocally(away, "k119"));

            assertThat(cluster.number(away, "snapshotIndex")).isGreaterThanOrEqualTo(100);
            assertThat(cluster.log(away + ".log")).contains("fetching snapshot");
            assertThat(cluster.status(away).orElseThrow()).containsEntry("catchUp", null);
            cluster.awaitEqualDigests();

            cluster.kill(away);
            cluster.start(away);
            ProcessCluster.await("its state after a restart", () -> cluster.hasLocally(away, "k119"));
            cluster.awaitEqualDigests();
        }
    }

    @Test // scenario S16
    void aBackupBecomesAnotherClusterThatNeverUsesAnIndexOfTheOldOneAgain() throws Exception {
        Path backup = directory.resolve("backup");
        try (ProcessCluster old = new ProcessCluster(Files.createDirectory(directory.resolve("old")), 1).startAll()) {
            old.awaitLeader(old.ids());
            HttpResponse<String> first = old.put("n1", "a", "before the backup");
            old.backup("n1", backup);
            long lastOfOld = revision(old.put("n1", "a", "after the backup"));

            String restoreFrom = "--raft.restore-from=" + backup;
            Path place = Files.createDirectory(directory.resolve("new"));
            try (ProcessCluster restored = new ProcessCluster(place, 1, restoreFrom).startAll()) {
                restored.awaitLeader(restored.ids());
                assertThat(restored.get("n1", "/kv/a").body()).isEqualTo(first.body());
                assertThat(clusterId(restored)).isNotEqualTo(clusterId(old));
                assertThat(revision(restored.put("n1", "b", "new"))).isGreaterThan(lastOfOld + 1_000_000_000);

                restored.kill("n1");
                restored.start("n1");
                restored.awaitLeader(restored.ids());
                assertThat(restored.get("n1", "/kv/b").body()).contains("new");
                assertThat(restored.log("n1.log")).contains("raft.restore-from " + backup + " is done");
            }
        }
    }

    private static long revision(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Map<String, Object> json = JsonParserFactory.getJsonParser().parseMap(answer.body());
        return ((Number) json.getOrDefault("revision", 0)).longValue();
    }

    private static Object clusterId(ProcessCluster cluster) {
        return cluster.status("n1").orElseThrow().getOrDefault("clusterId", "");
    }
}
