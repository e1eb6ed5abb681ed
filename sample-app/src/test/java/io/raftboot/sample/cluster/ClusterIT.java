package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster of real processes promises. */
class ClusterIT {

    @TempDir
    Path directory;

    @Test
    void aWriteOnAnyNodeIsReadOnEveryNodeAndOutlivesTheLeader() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3).startAll()) {
            String leader = cluster.awaitLeader(cluster.ids());
            for (String id : cluster.ids()) {
                HttpResponse<String> answer = cluster.put(id, "on-" + id, "value of " + id);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Raft-Served-By")).contains(id);
                assertThat(answer.headers().firstValue("Raft-Leader")).contains(leader);
            }
            assertReadEverywhere(cluster, cluster.ids());

            cluster.kill(leader);
            List<String> survivors =
                    cluster.ids().stream().filter(id -> !id.equals(leader)).toList();
            cluster.awaitLeader(survivors);
            assertReadEverywhere(cluster, survivors);
            assertThat(cluster.put(survivors.get(0), "later", "x").statusCode()).isEqualTo(200);

            cluster.start(leader);
            ProcessCluster.await("the old leader has caught up", () -> hasLocally(cluster, leader, "later"));
        }
    }

    // scenario P2
    @Test
    void killingAllNodesAtFullLoadLosesNoAcknowledgedWrite() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3).startAll()) {
            cluster.awaitLeader(cluster.ids());
            Map<String, String> acknowledged = new ConcurrentHashMap<>();
            ExecutorService clients = Executors.newFixedThreadPool(8);
            AtomicInteger next = new AtomicInteger();
            for (int client = 0; client < 8; client++) {
                String id = cluster.ids().get(client % 3);
                clients.execute(() -> writeUntilRefused(cluster, id, next, acknowledged));
            }
            ProcessCluster.await("some load", () -> acknowledged.size() > 500);
            cluster.killAll();
            clients.shutdown();
            assertThat(clients.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

            cluster.startAll();
            cluster.awaitLeader(cluster.ids());
            for (Map.Entry<String, String> write : acknowledged.entrySet()) {
                assertThat(cluster.get("n1", "/kv/" + write.getKey()).body())
                        .contains("\"value\":\"" + write.getValue() + "\"");
            }
            assertEqualDigests(cluster);
        }
    }

    // scenarios S2, S8, bugs R30, R33
    @Test
    void aNodeThatWasAwayTooLongInstallsASnapshotShowsItAndAgrees() throws Exception {
        String[] compactOften = {
            "--raft.snapshot.entries=50", "--raft.snapshot.trailing-entries=5", "--raft.snapshot.max-rate=4KB"
        };
        try (ProcessCluster cluster = new ProcessCluster(directory, 3, compactOften).startAll()) {
            String leader = cluster.awaitLeader(cluster.ids());
            String away = cluster.ids().stream()
                    .filter(id -> !id.equals(leader))
                    .findFirst()
                    .orElseThrow();
            assertThat(cluster.put(leader, "before", "x").statusCode()).isEqualTo(200);
            cluster.kill(away);
            for (int i = 0; i < 120; i++) {
                String value = ("value " + i + " ").repeat(12);
                assertThat(cluster.put(leader, "k" + i, value).statusCode()).isEqualTo(200);
            }
            ProcessCluster.await("a shorter log", () -> number(cluster, leader, "firstLogIndex") > 50);

            cluster.start(away);
            ProcessCluster.await(
                    "that it shows how far it is",
                    () -> cluster.status(away)
                            .filter(status -> status.get("catchUp") != null)
                            .isPresent());
            ProcessCluster.await("the last write", () -> hasLocally(cluster, away, "k119"));

            assertThat(number(cluster, away, "snapshotIndex")).isGreaterThanOrEqualTo(100);
            assertThat(cluster.log(away + ".log")).contains("fetching snapshot");
            assertThat(cluster.status(away).orElseThrow()).containsEntry("catchUp", null);
            assertEqualDigests(cluster);

            cluster.kill(away);
            cluster.start(away);
            ProcessCluster.await("its state after a restart", () -> hasLocally(cluster, away, "k119"));
            assertEqualDigests(cluster);
        }
    }

    // scenario S1
    @Test
    void aSnapshotAndABackupAreTakenOnRequest() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 1).startAll()) {
            cluster.awaitLeader(cluster.ids());
            assertThat(cluster.put("n1", "a", "1").statusCode()).isEqualTo(200);

            HttpResponse<String> taken = cluster.post("n1", "/raft/admin/snapshots");
            assertThat(taken.statusCode()).isEqualTo(200);
            assertThat(taken.body()).contains("\"lastIncludedIndex\":2");
            ProcessCluster.await("its index", () -> number(cluster, "n1", "snapshotIndex") == 2);

            HttpResponse<String> backup = cluster.get("n1", "/raft/admin/backup");
            assertThat(backup.statusCode()).isEqualTo(200);
            assertThat(backup.headers().firstValue("Content-Disposition").orElseThrow())
                    .contains("raft-default-2.snapshot");
            try (Stream<Path> files = Files.list(cluster.dataDirectory("n1").resolve("snapshots"))) {
                assertThat(files)
                        .singleElement()
                        .satisfies(file -> assertThat(Files.size(file))
                                .isEqualTo(backup.headers()
                                        .firstValueAsLong("Content-Length")
                                        .orElseThrow()));
            }
        }
    }

    private static long number(ProcessCluster cluster, String id, String field) {
        return cluster.status(id)
                .map(status -> ((Number) status.getOrDefault(field, 0)).longValue())
                .orElse(0L);
    }

    // scenario P12
    @Test
    void aSecondProcessOnTheSameDataDirectoryRefusesToStart() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 1).startAll()) {
            cluster.awaitLeader(cluster.ids());

            Process second = cluster.launch("n1", 0, cluster.dataDirectory("n1"), "second.log");
            boolean ended = second.waitFor(60, TimeUnit.SECONDS);
            second.destroyForcibly();

            assertThat(ended).isTrue();
            assertThat(second.exitValue()).isNotZero();
            assertThat(cluster.log("second.log")).contains("raft.data-dir").contains("in use");
            assertThat(cluster.put("n1", "a", "1").statusCode()).isEqualTo(200);
        }
    }

    // scenarios T8, C9
    @Test
    void aLeaderThatIsAskedToStopHandsOverFirst() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3).startAll()) {
            String leader = cluster.awaitLeader(cluster.ids());
            assertThat(cluster.put(leader, "a", "1").statusCode()).isEqualTo(200);

            assertThat(cluster.terminate(leader)).isTrue();

            assertThat(cluster.log(leader + ".log")).contains("Handed leadership over to");
            List<String> survivors =
                    cluster.ids().stream().filter(id -> !id.equals(leader)).toList();
            String next = cluster.awaitLeader(survivors);
            assertThat(cluster.put(next, "b", "2").statusCode()).isEqualTo(200);
        }
    }

    // bug R23, threat S11
    @Test
    void slowRequestsThatFillTheWebServerOfEveryNodeCostNoChangeOfLeader() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3).startAll()) {
            cluster.awaitLeader(cluster.ids());
            warmUp(cluster);
            String leader = cluster.awaitLeader(cluster.ids());
            Object term = cluster.status(leader).orElseThrow().get("term");

            List<Socket> slow = new ArrayList<>();
            try {
                for (String id : cluster.ids()) {
                    for (int i = 0; i < 200; i++) {
                        slow.add(beginPut(cluster.port(id)));
                    }
                }
                long end = System.nanoTime()
                        + ProcessCluster.ELECTION_TIMEOUT.multipliedBy(5).toNanos();
                ProcessCluster.await("five election timeouts", () -> {
                    assertThat(cluster.status(leader).orElseThrow()).containsEntry("term", term);
                    return System.nanoTime() > end;
                });
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
            assertThat(cluster.put(leader, "a", "1").statusCode()).isEqualTo(200);
            assertThat(cluster.status(leader).orElseThrow()).containsEntry("term", term);
        }
    }

    /** The first requests of a process cost a hundred times what later ones do, which is not what a full pool is about. */
    private static void warmUp(ProcessCluster cluster) throws Exception {
        for (int i = 0; i < 100; i++) {
            for (String id : cluster.ids()) {
                assertThat(cluster.put(id, "warm", "up").statusCode()).isEqualTo(200);
            }
        }
    }

    /** A request whose body never comes. */
    private static Socket beginPut(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        String head = "PUT /kv/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static void writeUntilRefused(
            ProcessCluster cluster, String id, AtomicInteger next, Map<String, String> acknowledged) {
        try {
            for (int i = next.incrementAndGet(); i < 1_000_000; i = next.incrementAndGet()) {
                if (cluster.put(id, "k" + i, "v" + i).statusCode() == 200) {
                    acknowledged.put("k" + i, "v" + i);
                }
            }
        } catch (IOException killed) {
            assertThat(killed).isNotNull();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertReadEverywhere(ProcessCluster cluster, List<String> nodes) throws Exception {
        for (String node : nodes) {
            for (String id : cluster.ids()) {
                HttpResponse<String> answer = cluster.get(node, "/kv/on-" + id);
                assertThat(answer.body()).contains("\"value\":\"value of " + id + "\"");
            }
        }
    }

    private static boolean hasLocally(ProcessCluster cluster, String id, String key) {
        try {
            return cluster.get(id, "/kv/" + key + "?consistency=local").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertEqualDigests(ProcessCluster cluster) {
        ProcessCluster.await(
                "equal digests at an equal index",
                () -> cluster.ids().stream()
                                .map(id -> cluster.status(id)
                                        .map(s -> s.get("digestIndex") + " " + s.get("applyDigest"))
                                        .orElse(id))
                                .distinct()
                                .count()
                        == 1);
    }
}
