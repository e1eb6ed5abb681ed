package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.json.JsonParserFactory;

/** A backup of a process, and a process that begins with it. */
class BackupIT {

    @TempDir
    Path directory;

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
