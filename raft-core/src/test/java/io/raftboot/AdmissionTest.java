package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private final RaftConfig config = RaftConfig.defaults(new NodeId("n1")).withLimits(100, 3, 150);

    private final Admission admission = new Admission(config);

    @Test
    void onlySoManyRequestsMayWait() {
        for (int i = 0; i < 3; i++) {
            assertThat(enter(1, 0)).isPresent();
        }
        assertThat(enter(1, 0)).isEmpty();
    }

    @Test
    void onlySoManyBytesMayWait() {
        assertThat(enter(100, 0)).isPresent();
        assertThat(enter(51, 0)).isEmpty();
        assertThat(enter(50, 0)).isPresent();
    }

    @Test
    void anAnswerMakesRoomAndARefusalTakesNone() {
        CompletableFuture<Result> first = enter(100, 0).orElseThrow();
        assertThat(enter(100, 0)).isEmpty();

        assertThat(first.complete(new Result(1, 1, new byte[0]))).isTrue();

        assertThat(enter(100, 0)).isPresent();
    }

    // scenario C6
    @Test
    void whoHasWaitedTooLongIsToldSoAndMakesRoom() {
        long limit = config.requestTimeout().toNanos();
        CompletableFuture<Result> early = enter(100, 0).orElseThrow();
        CompletableFuture<Result> late = enter(50, 1).orElseThrow();

        admission.expire(limit - 1);
        assertThat(early).isNotDone();
        admission.expire(limit);

        assertThat(early)
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(RaftException.OutcomeUnknown.class);
        assertThat(late).isNotDone();
        assertThat(enter(100, limit)).isPresent();
    }

    @Test
    void whoWaitsNoLongerThanThatIsToldThenAndNobodyWaitsLongerThanTheRequestTimeout() {
        CompletableFuture<Result> hasty = enter(1, 0, Duration.ofNanos(10)).orElseThrow();
        CompletableFuture<Result> patient = enter(1, 0, Duration.ofDays(1)).orElseThrow();

        admission.expire(9);
        assertThat(hasty).isNotDone();
        admission.expire(10);
        assertThat(hasty).isCompletedExceptionally();
        assertThat(patient).isNotDone();
        admission.expire(config.requestTimeout().toNanos());
        assertThat(patient).isCompletedExceptionally();
    }

    private Optional<CompletableFuture<Result>> enter(int size, long nowNanos) {
        return enter(size, nowNanos, config.requestTimeout());
    }

    private Optional<CompletableFuture<Result>> enter(int size, long nowNanos, Duration timeLimit) {
        return admission.enter(size, nowNanos, timeLimit, () -> new RaftException.OutcomeUnknown("late"));
    }
}
