package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboxTest {

    private static final Input INPUT = new Input.Removed();

    private final Inbox inbox = new Inbox(2);

    @BeforeEach
    void theFirstTurnIsOver() {
        inbox.pass();
    }

    @Test
    void theFirstTurnIsTheRaftThreads() {
        assertThat(new Inbox(2).tryTurn()).isFalse();
    }

    @Test
    void theTurnIsOneThreadsAtATime() {
        assertThat(inbox.tryTurn()).isTrue();
        assertThat(inbox.tryTurn()).isFalse();
        inbox.pass();
        assertThat(inbox.tryTurn()).isTrue();
    }

    @Test
    void theTurnIsTheRaftThreadsIfAnInputWaits() throws Exception {
        inbox.offer(INPUT);

        assertThat(inbox.tryTurn()).isFalse();
        inbox.awaitTurn(() -> Long.MAX_VALUE);

        assertThat(inbox.drain()).containsExactly(INPUT);
    }

    @Test
    void theRaftThreadHasTheTurnWhenTimeIsUpWithoutAnInput() throws Exception {
        inbox.awaitTurn(() -> 0);

        assertThat(inbox.tryTurn()).isFalse();
        assertThat(inbox.drain()).isEmpty();
    }

    @Test
    void whatComesInDuringATurnWakesTheRaftThreadWhenItIsPassedOn() throws Exception {
        assertThat(inbox.tryTurn()).isTrue();
        CountDownLatch awaited = new CountDownLatch(1);
        Thread raftThread = awaiting(awaited, Long.MAX_VALUE);

        inbox.offer(INPUT);
        assertThat(awaited.getCount()).isEqualTo(1);
        inbox.pass();

        assertThat(awaited.await(30, TimeUnit.SECONDS)).isTrue();
        raftThread.join();
        assertThat(inbox.tryTurn()).isFalse();
    }

    @Test
    void theRaftThreadWhoseTimeIsUpHasTheTurnWhenItIsPassedOn() throws Exception {
        assertThat(inbox.tryTurn()).isTrue();
        CountDownLatch awaited = new CountDownLatch(1);
        Thread raftThread = awaiting(awaited, 0);

        inbox.pass();

        assertThat(awaited.await(30, TimeUnit.SECONDS)).isTrue();
        raftThread.join();
    }

    @Test
    void whoIsInterruptedWhileItWaitsHasNoTurn() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> inbox.awaitTurn(() -> Long.MAX_VALUE)).isInstanceOf(InterruptedException.class);

        assertThat(inbox.tryTurn()).isTrue();
    }

    @Test
    void oneThatIsFullTakesNoMore() {
        assertThat(inbox.offer(INPUT)).isTrue();
        assertThat(inbox.offer(INPUT)).isTrue();
        assertThat(inbox.offer(INPUT)).isFalse();
    }

    @Test
    void oneThatIsClosedGivesBackWhatWaitsAndTakesNothingAndGivesNoTurn() {
        inbox.offer(INPUT);

        assertThat(inbox.close()).containsExactly(INPUT);

        assertThat(inbox.isClosed()).isTrue();
        assertThat(inbox.offer(INPUT)).isFalse();
        assertThat(inbox.tryTurn()).isFalse();
    }

    @Test
    void everyInputIsDealtWithWhoeverHasTheTurnAndByOneThreadAtATime() throws Exception {
        int bringers = 3;
        int each = 5_000;
        AtomicInteger atIt = new AtomicInteger();
        AtomicInteger dealtWith = new AtomicInteger();
        AtomicBoolean wasShared = new AtomicBoolean();
        IntConsumer turn = inputs -> {
            wasShared.compareAndSet(false, atIt.incrementAndGet() > 1);
            dealtWith.addAndGet(inputs);
            atIt.decrementAndGet();
            inbox.pass();
        };
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < bringers; i++) {
            threads.add(started(() -> {
                for (int brought = 0; brought < each; ) {
                    if (inbox.tryTurn()) {
                        turn.accept(1);
                        brought++;
                    } else if (inbox.offer(INPUT)) {
                        brought++;
                    }
                }
            }));
        }
        Thread raftThread = started(() -> {
            while (dealtWith.get() <= bringers * each) {
                inbox.awaitTurn(() -> Long.MAX_VALUE);
                turn.accept(inbox.drain().size());
            }
        });

        for (Thread thread : threads) {
            thread.join();
        }
        while (!inbox.offer(INPUT)) {
            Thread.onSpinWait();
        }
        raftThread.join();

        assertThat(dealtWith.get()).isEqualTo(bringers * each + 1);
        assertThat(wasShared).isFalse();
    }

    private interface Task {
        void run() throws InterruptedException;
    }

    private static Thread started(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }

    private Thread awaiting(CountDownLatch awaited, long nanosToNextTurn) {
        return started(() -> {
            inbox.awaitTurn(() -> nanosToNextTurn);
            awaited.countDown();
        });
    }
}
