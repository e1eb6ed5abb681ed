package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every answer says about who gave it, and that no request thread waits until it can be given. */
class RaftHeadersTest {

    private static final int REQUEST_THREADS = 3;

    private static RunningStore store;
    private static FakeCluster cluster;

    @BeforeAll
    static void start() {
        store = RunningStore.start("server.tomcat.threads.max=" + REQUEST_THREADS);
        cluster = store.cluster();
    }

    @AfterAll
    static void stop() {
        cluster.letGo();
        store.close();
    }

    @BeforeEach
    void reset() {
        cluster.reset(40);
    }

    @Test
    void anAnswerSaysWhoGaveItAndFromWhichState() {
        HttpResponse<String> answer = store.put("/kv/a", "1");

        assertHeaders(answer, "41", "3");
        assertHeaders(store.get("/kv/a"), "41", "3");
        assertHeaders(store.get("/kv"), "41", "3");
        assertHeaders(store.post("/kv/n/increment"), "42", "3");
        assertHeaders(store.delete("/kv/n"), "43", "3");
    }

    @Test
    void aRefusalByTheStateMachineSaysAtWhichIndexItWasApplied() {
        assertHeaders(store.put("/kv/a", "1", "If-Match", "\"1\""), "41", "3");
        cluster.skipTo(50);
        assertHeaders(store.get("/kv/a"), "50", "3");
    }

    @Test
    void anErrorSaysWhatTheServerHasApplied() {
        assertHeaders(store.get("/kv?limit=0"), "40", "3");
        assertHeaders(store.post("/kv/a"), "40", "3");
        cluster.failWith(new RaftException.OutcomeUnknown("leadership was lost"));
        assertHeaders(store.put("/kv/a", "1"), "40", "3");
        cluster.failWith(new IllegalStateException("a defect"));
        assertHeaders(store.put("/kv/a", "1"), "40", "3");
    }

    @Test
    void theLeaderIsLeftOutWhileNoneIsKnown() {
        cluster.leader(Optional.empty());

        assertThat(store.get("/kv/a").headers().firstValue("Raft-Leader")).isEmpty();
    }

    @Test
    void theLeaderIsTheOneAtTheTimeOfTheAnswerAndNotOfTheQuestion() throws Exception {
        cluster.hold();
        CompletableFuture<HttpResponse<String>> first = putAsync("/kv/a");
        cluster.awaitCommands(1);
        cluster.leader(Optional.empty());
        cluster.letGo();
        assertThat(first.get(30, TimeUnit.SECONDS).headers().firstValue("Raft-Leader"))
                .isEmpty();

        cluster.hold();
        CompletableFuture<HttpResponse<String>> second = putAsync("/kv/a");
        cluster.awaitCommands(1);
        cluster.leader(Optional.of(new NodeId("n3")));
        cluster.letGo();
        assertThat(second.get(30, TimeUnit.SECONDS).headers().allValues("Raft-Leader"))
                .containsExactly("n3");
    }

    @Test
    void noRequestThreadWaitsForACommit() throws Exception {
        cluster.hold();
        int writes = 4 * REQUEST_THREADS;
        List<CompletableFuture<HttpResponse<String>>> waiting =
                IntStream.range(0, writes).mapToObj(i -> putAsync("/kv/" + i)).toList();
        cluster.awaitCommands(writes);

        assertThat(store.get("/kv/a?consistency=local").statusCode()).isEqualTo(404);

        cluster.letGo();
        for (CompletableFuture<HttpResponse<String>> write : waiting) {
            assertThat(write.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    private CompletableFuture<HttpResponse<String>> putAsync(String path) {
        return store.sendAsync(store.request(path).PUT(BodyPublishers.ofString("1")));
    }

    private static void assertHeaders(HttpResponse<String> answer, String index, String term) {
        assertThat(answer.headers().allValues("Raft-Served-By")).containsExactly("n2");
        assertThat(answer.headers().allValues("Raft-Leader")).containsExactly("n1");
        assertThat(answer.headers().allValues("Raft-Index")).containsExactly(index);
        assertThat(answer.headers().allValues("Raft-Term")).containsExactly(term);
    }
}
