package io.raftboot.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.consensus.Ready.ConfirmedRead;
import org.junit.jupiter.api.Test;

class ReadIndexQueueTest {

    private final ReadIndexQueue queue = new ReadIndexQueue();

    @Test
    void anEmptyQueueConfirmsNothing() {
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.confirm(Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    }

    @Test // bug R36
    void onlyARoundAfterItsArrivalConfirmsARead() {
        queue.add(1, 5, 10);

        assertThat(queue.confirm(10, 5)).isEmpty();
        assertThat(queue.confirm(11, 5)).containsExactly(new ConfirmedRead(1, 5));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test // bug R35
    void aReadWaitsUntilItsIndexIsCommitted() {
        queue.add(1, 5, 10);

        assertThat(queue.confirm(11, 4)).isEmpty();
        assertThat(queue.isEmpty()).isFalse();
        assertThat(queue.confirm(11, 5)).containsExactly(new ConfirmedRead(1, 5));
    }

    @Test
    void oneRoundConfirmsAllThatArrivedBeforeItAndNoneAfterIt() {
        queue.add(1, 5, 10);
        queue.add(2, 6, 12);
        queue.add(3, 6, 13);

        assertThat(queue.confirm(13, 6)).containsExactly(new ConfirmedRead(1, 5), new ConfirmedRead(2, 6));
        assertThat(queue.confirm(14, 6)).containsExactly(new ConfirmedRead(3, 6));
    }

    @Test
    void aReadIsConfirmedOnce() {
        queue.add(1, 5, 10);

        assertThat(queue.confirm(11, 5)).hasSize(1);
        assertThat(queue.confirm(12, 5)).isEmpty();
    }
}
