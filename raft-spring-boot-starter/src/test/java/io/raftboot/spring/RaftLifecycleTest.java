package io.raftboot.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.RaftException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RaftLifecycleTest {

    private final FakeServer server = new FakeServer();
    private final RaftLifecycle lifecycle = server.lifecycle(Duration.ofSeconds(10));

    @Test
    void aLeaderHandsOverBeforeItStops() {
        lifecycle.start();
        lifecycle.stop();

        assertThat(server.calls).containsExactly("start", "transfer", "stop");
    }

    @Test
    void aFollowerJustStops() {
        server.status = Statuses.follower();
        lifecycle.start();
        lifecycle.stop();

        assertThat(server.calls).containsExactly("start", "stop");
    }

    @Test
    void theOnlyServerHasNobodyToHandOverTo() {
        server.status = Statuses.alone();
        lifecycle.start();
        lifecycle.stop();

        assertThat(server.calls).containsExactly("start", "stop");
    }

    // scenario B3
    @Test
    void itStartsAgainAfterAStop() {
        server.status = Statuses.follower();
        lifecycle.start();
        lifecycle.stop();
        lifecycle.start();

        assertThat(server.calls).containsExactly("start", "stop", "start");
        assertThat(lifecycle.isRunning()).isTrue();
    }

    @Test
    void startingAndStoppingTwiceIsDoneOnce() {
        server.status = Statuses.follower();
        lifecycle.start();
        lifecycle.start();
        lifecycle.stop();
        lifecycle.stop();

        assertThat(server.calls).containsExactly("start", "stop");
    }

    @Test
    void aHandoverThatFailsDoesNotKeepItFromStopping() {
        server.handover = CompletableFuture.failedFuture(new RaftException.NotLeader(Optional.empty()));
        lifecycle.start();
        lifecycle.stop();

        assertThat(server.calls).containsExactly("start", "transfer", "stop");
    }

    @Test
    void aHandoverThatTakesTooLongDoesNotKeepItFromStopping() {
        server.handover = new CompletableFuture<>();
        RaftLifecycle impatient = server.lifecycle(Duration.ZERO);
        impatient.start();
        impatient.stop();

        assertThat(server.calls).containsExactly("start", "transfer", "stop");
    }

    @Test
    void stoppingInTheBackgroundLeavesTheCallerFreeAndTellsWhenItIsDone() throws Exception {
        server.handover = new CompletableFuture<>();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        lifecycle.start();

        lifecycle.stop(() -> stopped.complete(null));
        server.handover.cancel(false);

        stopped.get(10, TimeUnit.SECONDS);
        assertThat(server.calls).containsExactly("start", "transfer", "stop");
    }
}
