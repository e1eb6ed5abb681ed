package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.NodeId;
import io.raftboot.model.Result;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ForwardedCallTest {

    private static final int CALLS = 500;
    private static final Duration LONG = Duration.ofSeconds(30);

    /** On two processors or one, the JDK starts a thread for each task that is given to its common pool. */
    @Test
    void aCallThatIsAnsweredInTimeTakesNoThread() {
        answerInTime();
        long before = startedThreads();
        for (int i = 0; i < CALLS; i++) {
            answerInTime();
        }

        assertThat(startedThreads() - before).isLessThan(CALLS / 2);
    }

    private static void answerInTime() {
        CompletableFuture<Result> result = new CompletableFuture<>();
        toN2(result).ringAfter(LONG, () -> false);
        result.complete(new Result(1, 1, new byte[0]));
    }

    private static long startedThreads() {
        return ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
    }

    @Test
    void aCallerWhoseTimeIsUpDoesNotHoldUpTheTimer() throws Exception {
        CompletableFuture<Result> result = new CompletableFuture<>();
        CompletableFuture<String> toldOn =
                result.handle((none, failure) -> Thread.currentThread().getName());
        toN2(result).ringAfter(Duration.ofMillis(1), () -> false);

        assertThat(toldOn.get(20, TimeUnit.SECONDS)).doesNotContainIgnoringCase("delayScheduler");
    }

    /** A command of one byte that the server n2 is to carry out. */
    static ForwardedCall toN2(CompletableFuture<Result> result) {
        SubmitCall command = new SubmitCall(new byte[1], Optional.empty(), Optional.empty());
        return new ForwardedCall(
                NodeId.of("n2"),
                Freight.COMMANDS,
                new ForwardedCall.Size(1, TestNode.MAX_COMMAND),
                left -> ForwardedItem.of(command),
                System.nanoTime() + LONG.toNanos(),
                () -> {},
                result);
    }
}
