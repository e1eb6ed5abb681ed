package io.raftboot.spring.autoconfigure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spi.SnapshotStore;
import io.raftboot.spring.Statuses;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots and backups on request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdminSnapshotTest {

    private static final String SNAPSHOTS = "/raft/admin/snapshots";
    private static final String BACKUP = "/raft/admin/backup";
    private static final String LARGE = "0123456789abcdef".repeat(200_000);

    private final TestApp app = TestApp.run(TestApp.Base.class);
    private SnapshotStore store = emptyStore();

    @AfterAll
    void close() {
        app.close();
    }

    @BeforeEach
    void begin() {
        store = emptyStore();
        app.server().snapshots = Optional.of(store);
        app.server().snapshot = () -> CompletableFuture.completedFuture(write());
        app.server().status = Statuses.leader();
        app.server().calls.clear();
    }

    private static SnapshotStore emptyStore() {
        return new MemoryDisk(new Identity("c", "default", NodeId.of("n1"), "i"))
                .open()
                .snapshots();
    }

    private Snapshot write() {
        try {
            return store.write(
                    new SnapshotMetadata(41, 3, Configuration.empty()), out -> out.write(LARGE.getBytes(UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private HttpResponse<String> call(String method, String path) throws Exception {
        return app.send(app.request(method, path).build());
    }

    @Test
    void aSnapshotIsTakenNowAndDescribed() throws Exception {
        HttpResponse<String> answer = call("POST", SNAPSHOTS);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(answer.body())
                .isEqualTo("{\"id\":\"" + store.list().get(0).id()
                        + "\",\"lastIncludedIndex\":41,\"lastIncludedTerm\":3,\"sizeInBytes\":3200000}");
        assertThat(call("POST", SNAPSHOTS).body()).isEqualTo(answer.body());
    }

    @Test
    void aDryRunSaysWhatItWouldDoAndDoesNothing() throws Exception {
        assertThat(call("POST", SNAPSHOTS + "?dryRun=true").body())
                .startsWith("{\"safe\":true,\"reason\":\"a snapshot of everything up to index 41 is taken")
                .endsWith("\"voters\":2,\"quorum\":2,\"failuresTolerated\":0,\"reachableVoters\":2}");
        app.server().status = Statuses.follower();
        assertThat(call("POST", SNAPSHOTS + "?dryRun=true").body()).endsWith("\"reachableVoters\":null}");
        assertThat(call("POST", SNAPSHOTS + "?dryRun=maybe").statusCode()).isEqualTo(400);
        assertThat(app.server().calls).isEmpty();

        app.server().snapshots = Optional.empty();
        assertThat(call("POST", SNAPSHOTS + "?dryRun=true").statusCode()).isEqualTo(503);
        assertThat(call("POST", SNAPSHOTS + "?dryRun=false").statusCode()).isEqualTo(200);
    }

    // bug R54
    @Test
    void aServerWhoseStateIsNotThatOfTheOthersGivesNoBackup() throws Exception {
        app.server().status = Statuses.diverged();

        HttpResponse<String> answer = app.get(BACKUP);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("since index 17");
    }

    @ParameterizedTest
    @CsvSource({"POST, " + SNAPSHOTS, "GET, " + BACKUP})
    void nobodyWithoutTheTokenIsLetIn(String method, String path) throws Exception {
        HttpResponse<String> none = app.send(app.anonymous(method, path).build());
        HttpResponse<String> wrong = app.send(app.anonymous(method, path)
                .header("Authorization", "Bearer other")
                .build());

        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(app.server().calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, " + SNAPSHOTS + ", POST",
        "DELETE, " + SNAPSHOTS + ", POST",
        "POST, " + BACKUP + ", GET",
        "HEAD, " + BACKUP + ", GET"
    })
    void anotherMethodIs405(String method, String path, String allowed) throws Exception {
        HttpResponse<String> answer = call(method, path);

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains(allowed);
        assertThat(app.server().calls).isEmpty();
    }

    // threat S10
    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example.org", "null", "http://127.0.0.1", "file:///", "%"})
    void aPageOfSomewhereElseChangesNothing(String origin) throws Exception {
        HttpResponse<String> answer =
                app.send(app.request("POST", SNAPSHOTS).header("Origin", origin).build());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(app.server().calls).isEmpty();
    }

    @Test
    void aPageOfTheServerItselfMay() throws Exception {
        String own = "http://" + app.request("POST", SNAPSHOTS).build().uri().getAuthority();

        assertThat(app.send(app.request("POST", SNAPSHOTS).header("Origin", own).build())
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"POST, " + SNAPSHOTS, "GET, " + BACKUP})
    void failuresAreProblemsThatTellNothingOfTheInside(String method, String path) throws Exception {
        assertProblem(method, path, 503, new RaftException.Stopped("the server is not running"));
        assertProblem(method, path, 507, new IOException("/var/lib/secret: No space left on device"));
        assertProblem(method, path, 500, new IllegalStateException("a bug in /var/lib/secret"));
    }

    private void assertProblem(String method, String path, int status, Exception failure) throws Exception {
        app.server().snapshot = () -> CompletableFuture.failedFuture(failure);
        HttpResponse<String> answer = call(method, path);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(status == 503);
        assertThat(answer.body()).contains("\"status\":" + status).doesNotContain("secret");
    }

    @Test
    void aBackupIsTheStateOfNowAsAFile() throws Exception {
        HttpResponse<String> answer = call("GET", BACKUP);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().equals(LARGE)).isTrue();
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(answer.headers().firstValue("Content-Length")).contains("3200000");
        assertThat(answer.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"raft-default-41.snapshot\"");
        assertThat(app.server().calls).containsExactly("snapshot");
    }

    // bug R32
    @Test
    void aDamagedSnapshotIsNoBackup() throws Exception {
        Snapshot damaged = new Snapshot(write().metadata(), LARGE.length(), "0".repeat(64));
        app.server().snapshot = () -> CompletableFuture.completedFuture(damaged);

        HttpResponse<String> answer = call("GET", BACKUP);

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("Content-Disposition")).isEmpty();
        assertThat(answer.body()).contains("\"status\":500").doesNotContain("0123456789");
    }

    // bug R23
    @Test
    void operatorsWhoWaitLeaveThreadsToPeers() throws Exception {
        CompletableFuture<Snapshot> late = new CompletableFuture<>();
        CompletableFuture<Void> allWait = new CompletableFuture<>();
        AtomicInteger asked = new AtomicInteger();
        app.server().snapshot = () -> {
            if (asked.incrementAndGet() == 4) {
                allWait.complete(null);
            }
            return late;
        };
        var calls = Stream.generate(() -> app.sendAsync(BACKUP)).limit(4).toList();
        allWait.get(20, TimeUnit.SECONDS);

        HttpResponse<String> refused = call("POST", SNAPSHOTS);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        assertThat(refused.body()).contains("\"outcome\":\"not-applied\"");
        assertThat(call("GET", "/raft/admin/status").statusCode()).isEqualTo(200);

        late.complete(write());
        for (CompletableFuture<HttpResponse<String>> call : calls) {
            assertThat(call.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aClusterNameIsNoWayIntoAHeader() throws Exception {
        app.server().status = Statuses.named("a\"; x=\u00e9/..");

        assertThat(call("GET", BACKUP).headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"raft-a___x___..-41.snapshot\"");
    }
}
