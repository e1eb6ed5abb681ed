package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster of real processes promises. The tests share one: to start it takes longer than most of what they do. */
class ClusterIT {

    /** Long, so that a machine that stands still for a moment is not taken for a leader that does. */
    private static final Duration ELECTION_TIMEOUT = Duration.ofSeconds(3);

    private static ProcessCluster cluster;
    private String leader;

    @BeforeAll
    static void makeCluster(@TempDir Path directory) throws Exception {
        cluster = new ProcessCluster(directory, 3, "--raft.election-timeout=" + ELECTION_TIMEOUT.toMillis() + "ms");
    }

    @AfterAll
    static void killCluster() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void startWhatDoesNotRun() throws Exception {
        cluster.startAll();
        for (String id : cluster.ids()) {
            ProcessCluster.await(id + " is in service", () -> cluster.isInService(id));
        }
        leader = cluster.awaitLeader(cluster.ids());
    }

    @Test
    void aWriteOnAnyNodeIsReadOnEveryNodeAndOutlivesTheLeader() throws Exception {
        for (String id : cluster.ids()) {
            HttpResponse<String> answer = cluster.put(id, "on-" + id, "value of " + id);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Raft-Served-By")).contains(id);
            assertThat(answer.headers().firstValue("Raft-Leader")).contains(leader);
        }
        assertReadEverywhere(cluster.ids());

        cluster.kill(leader);
        List<String> survivors = cluster.others(leader);
        cluster.awaitLeader(survivors);
        assertReadEverywhere(survivors);
        assertThat(cluster.put(survivors.get(0), "later", "x").statusCode()).isEqualTo(200);

        cluster.start(leader);
        ProcessCluster.await("the old leader has caught up", () -> cluster.hasLocally(leader, "later"));
    }

    // scenario P2
    @Test
    void killingAllNodesAtFullLoadLosesNoAcknowledgedWrite() throws Exception {
        Map<String, String> acknowledged = new ConcurrentHashMap<>();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        AtomicInteger next = new AtomicInteger();
        for (int client = 0; client < 8; client++) {
            String id = cluster.ids().get(client % 3);
            clients.execute(() -> writeUntilRefused(id, next, acknowledged));
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
        cluster.awaitEqualDigests();
    }

    // scenario S1
    @Test
    void aSnapshotAndABackupAreTakenOnRequest() throws Exception {
        assertThat(cluster.put(leader, "a", "1").statusCode()).isEqualTo(200);
        long applied = cluster.number(leader, "lastApplied");

        HttpResponse<String> taken = cluster.post(leader, "/raft/admin/snapshots");
        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(taken.body()).contains("\"lastIncludedIndex\":" + applied);
        ProcessCluster.await("its index", () -> cluster.number(leader, "snapshotIndex") == applied);

        HttpResponse<String> backup = cluster.get(leader, "/raft/admin/backup");
        assertThat(backup.statusCode()).isEqualTo(200);
        assertThat(backup.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("raft-default-" + applied + ".snapshot");
        try (Stream<Path> files = Files.list(cluster.dataDirectory(leader).resolve("snapshots"))) {
            assertThat(files)
                    .singleElement()
                    .satisfies(file -> assertThat(Files.size(file))
                            .isEqualTo(backup.headers()
                                    .firstValueAsLong("Content-Length")
                                    .orElseThrow()));
        }
    }

    // scenario P12
    @Test
    void aSecondProcessOnTheSameDataDirectoryRefusesToStart() throws Exception {
        Process second = cluster.launch("n1", 0, cluster.dataDirectory("n1"), "second.log");
        boolean ended = second.waitFor(60, TimeUnit.SECONDS);
        second.destroyForcibly();

        assertThat(ended).isTrue();
        assertThat(second.exitValue()).isNotZero();
        assertThat(cluster.log("second.log")).contains("raft.data-dir").contains("in use");
        assertThat(cluster.put("n1", "a", "1").statusCode()).isEqualTo(200);
    }

    // scenarios T8, C9
    @Test
    void aLeaderThatIsAskedToStopHandsOverFirst() throws Exception {
        assertThat(cluster.put(leader, "a", "1").statusCode()).isEqualTo(200);

        assertThat(cluster.terminate(leader)).isTrue();

        assertThat(cluster.log(leader + ".log")).contains("Handed leadership over to");
        String next = cluster.awaitLeader(cluster.others(leader));
        assertThat(cluster.put(next, "b", "2").statusCode()).isEqualTo(200);
    }

    // scenarios T4, T8, C9
    @Test
    void aRollingRestartUnderLoadFailsNoRequest() throws Exception {
        List<String> inService = new CopyOnWriteArrayList<>(cluster.ids());
        try (Load load = new Load(cluster, 2, () -> inService)) {
            for (String id : cluster.ids()) {
                assertThat(cluster.terminate(id)).isTrue();
                cluster.start(id);
                ProcessCluster.await(id + " is in service", () -> cluster.isInService(id));
            }
            assertThat(load.stop()).isEqualTo(load.sum("n1")).isPositive();
        }
    }

    // scenarios P10, bug R43
    @Test
    void aServerWithAWipedDiskIsRefusedSaysSoAndComesBackWhenItIsAddedAgain() throws Exception {
        Operator operator = new Operator(cluster, leader);
        String wiped = cluster.others(leader).get(0);
        assertThat(cluster.put(wiped, "a", "1").statusCode()).isEqualTo(200);
        cluster.kill(wiped);
        delete(cluster.dataDirectory(wiped));
        cluster.start(wiped);

        ProcessCluster.await(
                "it says that it is refused", () -> cluster.health(wiped).contains("refusedBy"));
        assertThat(cluster.put(leader, "b", "wiped").statusCode()).isEqualTo(200);
        operator.remove(wiped);
        cluster.kill(wiped);
        delete(cluster.dataDirectory(wiped));
        cluster.startJoining(wiped);
        operator.add(wiped);

        operator.awaitVoters("n1", "n2", "n3");
        assertThat(cluster.get(wiped, "/kv/b").body()).contains("\"value\":\"wiped\"");
    }

    // bug R23, threat S11
    @Test
    void slowRequestsThatFillTheWebServerOfEveryNodeCostNoChangeOfLeader() throws Exception {
        Operator operator = new Operator(cluster, leader);
        Object term = cluster.status(leader).orElseThrow().get("term");
        List<Socket> slow = new ArrayList<>();
        try {
            for (String id : cluster.ids()) {
                for (int i = 0; i < 200; i++) {
                    slow.add(beginPut(cluster.port(id)));
                }
            }
            for (String follower : cluster.others(leader)) {
                operator.demote(follower);
                operator.promote(follower);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
        assertThat(cluster.put(leader, "a", "1").statusCode()).isEqualTo(200);
        assertThat(cluster.status(leader).orElseThrow()).containsEntry("term", term);
    }

    /** A request whose body never comes. */
    private static Socket beginPut(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        String head = "PUT /kv/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private static void writeUntilRefused(String id, AtomicInteger next, Map<String, String> acknowledged) {
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

    private static void assertReadEverywhere(List<String> nodes) throws Exception {
        for (String node : nodes) {
            for (String id : cluster.ids()) {
                HttpResponse<String> answer = cluster.get(node, "/kv/on-" + id);
                assertThat(answer.body()).contains("\"value\":\"value of " + id + "\"");
            }
        }
    }

    private static void delete(Path dataDirectory) throws Exception {
        try (Stream<Path> files = Files.walk(dataDirectory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
