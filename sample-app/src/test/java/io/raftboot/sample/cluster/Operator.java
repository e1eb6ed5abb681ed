package io.raftboot.sample.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who changes the members of a cluster, by asking one of its servers. */
record Operator(ProcessCluster cluster, String asked) {

    /** Adds a server, as a learner first. */
    void add(String id) throws IOException, InterruptedException {
        done("POST", "/members", member(id));
    }

    void remove(String id) throws IOException, InterruptedException {
        done("DELETE", "/members/" + id, "");
    }

    /** Lets a learner vote, as soon as it has caught up. */
    void promote(String id) {
        ask("POST", "/members/" + id + "/promote", "");
    }

    void demote(String id) throws IOException, InterruptedException {
        done("POST", "/members/" + id + "/demote", "");
    }

    /** Makes these the voters. Servers that are new have to catch up first, which on a busy machine may take longer than one request. */
    void replace(String... voters) {
        String body = Stream.of(voters).map(this::member).collect(Collectors.joining(",", "{\"members\":[", "]}"));
        ask("PUT", "/members", body);
    }

    private void ask(String method, String path, String body) {
        ProcessCluster.await(method + " " + path + " " + body, () -> {
            try {
                int status = cluster.admin(asked, method, path, body).statusCode();
                assertThat(status).isIn(200, 409, 504);
                return status == 200;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    void awaitVoters(String... voters) {
        ProcessCluster.await("voters " + List.of(voters), () -> voters().equals(new TreeSet<>(List.of(voters))));
    }

    private Set<String> voters() {
        Object members =
                cluster.status(asked).map(status -> status.get("members")).orElse(List.of());
        return ((List<?>) members)
                .stream()
                        .map(member -> (Map<?, ?>) member)
                        .filter(member -> "VOTER".equals(member.get("role")))
                        .map(member -> String.valueOf(member.get("id")))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private void done(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = cluster.admin(asked, method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private String member(String id) {
        return "{\"id\":\"" + id + "\",\"url\":\"" + cluster.url(id) + "\",\"role\":\"VOTER\"}";
    }
}
