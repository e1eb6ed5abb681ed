package io.raftboot.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.RaftException;
import io.raftboot.model.Result;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Scenario Q6, bug R38: how old an answer may be is counted from a question of this server's own. */
class BoundedReadsTest {

    private static final byte[] QUERY = {};
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);

    private final FakeServer server = new FakeServer();
    private final AtomicLong clock = new AtomicLong();
    private final BoundedReads reads = new BoundedReads(server, Duration.ofSeconds(5), clock::get);

    @Test
    void theFirstReadAsksTheLeaderAndThoseAfterItThisServer() {
        answerAt(7);
        assertThat(read().staleness()).contains(Duration.ZERO);
        pass(400);

        assertThat(read().staleness()).contains(Duration.ofMillis(400));

        assertThat(server.calls).containsExactly("read LINEARIZABLE", "read at least 7");
    }

    @Test
    void whatIsTooOldIsAskedOfTheLeaderAgain() {
        answerAt(7);
        read();
        pass(500);
        answerAt(9);

        assertThat(read().result().index()).isEqualTo(9);
        pass(100);
        read();

        assertThat(server.calls).containsExactly("read LINEARIZABLE", "read LINEARIZABLE", "read at least 9");
    }

    @Test
    void anAnswerCountsFromWhenTheQuestionWasAsked() {
        CompletableFuture<Result> slow = new CompletableFuture<>();
        server.answer = slow;
        CompletableFuture<DatedResult> first = reads.readWithin(QUERY, 0, HALF_A_SECOND);
        pass(450);
        slow.complete(new Result(7, 1, QUERY));
        assertThat(first).isCompleted();
        answerAt(7);
        pass(60);

        read();

        assertThat(server.calls).containsExactly("read LINEARIZABLE", "read LINEARIZABLE");
    }

    @Test
    void aPauseWhileTheStateIsReadMakesItTooOld() {
        answerAt(7);
        read();
        CompletableFuture<Result> paused = new CompletableFuture<>();
        server.answer = paused;
        CompletableFuture<DatedResult> read = reads.readWithin(QUERY, 0, HALF_A_SECOND);
        pass(1500);
        answerAt(9);
        paused.complete(new Result(7, 1, QUERY));

        assertThat(read.join().result().index()).isEqualTo(9);
    }

    @Test
    void aServerThatIsTooFarBehindLeavesTheAnswerToTheLeader() {
        answerAt(7);
        read();
        CompletableFuture<Result> behind = new CompletableFuture<>();
        server.answer = behind;
        CompletableFuture<DatedResult> read = reads.readWithin(QUERY, 0, HALF_A_SECOND);
        answerAt(7);
        behind.completeExceptionally(new RaftException.Stopped("not applied in time"));

        assertThat(read.join().staleness()).contains(Duration.ZERO);
        assertThat(server.calls).endsWith("read LINEARIZABLE");
    }

    @Test
    void anIndexThatNobodyHasAppliedYetIsWaitedFor() {
        answerAt(7);
        CompletableFuture<DatedResult> read = reads.readWithin(QUERY, 8, HALF_A_SECOND);

        assertThat(server.calls).startsWith("read LINEARIZABLE", "read at least 8");
        assertThat(read).isCompletedWithValueMatching(dated -> dated.result().index() == 7);
    }

    @Test
    void withoutABoundItSaysHowOldTheStateMayBeIfItKnows() {
        answerAt(7);
        assertThat(reads.readAtLeast(QUERY, 3).join().staleness()).isEmpty();
        read();
        pass(2000);

        assertThat(reads.readAtLeast(QUERY, 3).join().staleness()).contains(Duration.ofSeconds(2));
        answerAt(6);
        assertThat(reads.readAtLeast(QUERY, 3).join().staleness()).isEmpty();
    }

    @Test
    void whatTheLeaderRefusesIsRefused() {
        server.answer = CompletableFuture.failedFuture(new RaftException.Overloaded("too much is waiting"));

        assertThatThrownBy(this::read).hasCauseInstanceOf(RaftException.Overloaded.class);
    }

    private DatedResult read() {
        return reads.readWithin(QUERY, 0, HALF_A_SECOND).join();
    }

    private void answerAt(long index) {
        server.answer = CompletableFuture.completedFuture(new Result(index, 1, QUERY));
    }

    private void pass(long millis) {
        clock.addAndGet(Duration.ofMillis(millis).toNanos());
    }
}
