package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InboxTest {

    private static final Input INPUT = new Input.Removed();

    private final Inbox inbox = new Inbox(2);

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

    private Thread awaiting(CountDownLatch awaited, long nanosToNextTurn) {
        Thread thread = new Thread(() -> {
            try {
                inbox.awaitTurn(() -> nanosToNextTurn);
                awaited.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.start();
        return thread;
    }
}
