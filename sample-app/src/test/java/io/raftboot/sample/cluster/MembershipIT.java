package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.json.JsonParserFactory;

/** Real processes that come and go while clients count up. */
class MembershipIT {

    @TempDir
    Path directory;

    @Test // scenario M11, bug R45
    void aClusterGrowsAndShrinksUnderLoadAndNothingIsLostOrCountedTwice() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 1, 5).startAll()) {
            ProcessCluster.await("n1 leads", () -> role(cluster, "n1").equals("LEADER"));
            try (Load load = new Load(cluster, 2, () -> List.of("n1"))) {
                growAndShrink(cluster);
                int counted = load.stop();
                assertThat(value(cluster, "n1")).isEqualTo(counted).isPositive();
            }
            for (String removed : List.of("n2", "n3", "n4", "n5")) {
                ProcessCluster.await(
                        removed + " knows that it is out",
                        () -> role(cluster, removed).equals("REMOVED"));
            }
        }
    }

    private static void growAndShrink(ProcessCluster cluster) throws Exception {
        cluster.startJoining("n2");
        cluster.startJoining("n3");
        ok(cluster.admin("n1", "POST", "/members", member(cluster, "n2")));
        awaitVoters(cluster, "n1", "n2");
        ok(cluster.admin("n2", "POST", "/members", member(cluster, "n3")));
        awaitVoters(cluster, "n1", "n2", "n3");
        cluster.startJoining("n4");
        cluster.startJoining("n5");
        replace(cluster, "n1", "n2", "n3", "n4", "n5");
        replace(cluster, "n1", "n4", "n5");
        ok(cluster.admin("n5", "DELETE", "/members/n4", ""));
        ok(cluster.admin("n1", "DELETE", "/members/n5", ""));
        awaitVoters(cluster, "n1");
    }

    @Test // scenarios T4, T8, C9
    void aRollingRestartUnderLoadFailsNoRequest() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3).startAll()) {
            cluster.awaitLeader(cluster.ids());
            List<String> inService = new CopyOnWriteArrayList<>(cluster.ids());
            try (Load load = new Load(cluster, 2, () -> inService)) {
                for (String id : cluster.ids()) {
                    assertThat(cluster.terminate(id)).isTrue();
                    cluster.start(id);
                    ProcessCluster.await(id + " is in service", () -> isInService(cluster, id));
                }
                int counted = load.stop();
                assertThat(value(cluster, "n1")).isEqualTo(counted).isPositive();
            }
        }
    }

    @Test // scenarios P10, bug R43
    void aServerWithAWipedDiskIsRefusedSaysSoAndComesBackWhenItIsAddedAgain() throws Exception {
        try (ProcessCluster cluster = new ProcessCluster(directory, 3).startAll()) {
            String leader = cluster.awaitLeader(cluster.ids());
            String wiped = cluster.ids().stream()
                    .filter(id -> !id.equals(leader))
                    .findFirst()
                    .orElseThrow();
            assertThat(cluster.put(wiped, "a", "1").statusCode()).isEqualTo(200);
            cluster.kill(wiped);
            delete(cluster.dataDirectory(wiped));
            cluster.start(wiped);

            ProcessCluster.await(
                    "it says that it is refused", () -> health(cluster, wiped).contains("refusedBy"));
            assertThat(cluster.put(leader, "b", "2").statusCode()).isEqualTo(200);
            ok(cluster.admin(leader, "DELETE", "/members/" + wiped, ""));
            cluster.kill(wiped);
            delete(cluster.dataDirectory(wiped));
            cluster.startJoining(wiped);
            ok(cluster.admin(leader, "POST", "/members", member(cluster, wiped)));

            awaitVoters(cluster, "n1", "n2", "n3");
            assertThat(cluster.get(wiped, "/kv/b").body()).contains("\"value\":\"2\"");
        }
    }

    private static void ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static String member(ProcessCluster cluster, String id) {
        return "{\"id\":\"" + id + "\",\"url\":\"" + cluster.url(id) + "\",\"role\":\"VOTER\"}";
    }

    /** Servers that are new have to catch up first, which on a busy machine may take longer than one request. */
    private static void replace(ProcessCluster cluster, String... voters) {
        String body = Stream.of(voters)
                .map(id -> member(cluster, id))
                .collect(Collectors.joining(",", "{\"members\":[", "]}"));
        ProcessCluster.await("voters " + List.of(voters), () -> {
            try {
                int status = cluster.admin("n1", "PUT", "/members", body).statusCode();
                assertThat(status).isIn(200, 409, 504);
                return status == 200;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static void awaitVoters(ProcessCluster cluster, String... voters) {
        ProcessCluster.await("voters " + List.of(voters), () -> voters(cluster).equals(new TreeSet<>(List.of(voters))));
    }

    private static Set<String> voters(ProcessCluster cluster) {
        Object members =
                cluster.status("n1").map(status -> status.get("members")).orElse(List.of());
        return ((List<?>) members)
                .stream()
                        .map(member -> (Map<?, ?>) member)
                        .filter(member -> "VOTER".equals(member.get("role")))
                        .map(member -> String.valueOf(member.get("id")))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String role(ProcessCluster cluster, String id) {
        return String.valueOf(
                cluster.status(id).map(status -> status.get("role")).orElse("none"));
    }

    private static String health(ProcessCluster cluster, String id) {
        try {
            return cluster.getOnce(id, "/actuator/health").body();
        } catch (java.io.IOException notYet) {
            return "";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isInService(ProcessCluster cluster, String id) {
        try {
            return cluster.getOnce(id, "/actuator/health/readiness").statusCode() == 200;
        } catch (java.io.IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int value(ProcessCluster cluster, String id) throws Exception {
        HttpResponse<String> answer = cluster.get(id, "/kv/count");
        ok(answer);
        Map<String, Object> json = JsonParserFactory.getJsonParser().parseMap(answer.body());
        return Integer.parseInt(String.valueOf(json.get("value")));
    }

    private static void delete(Path dataDirectory) throws Exception {
        try (Stream<Path> files = Files.walk(dataDirectory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
