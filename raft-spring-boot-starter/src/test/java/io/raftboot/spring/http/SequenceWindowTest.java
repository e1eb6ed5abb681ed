package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

// threat S3, bug R13
class SequenceWindowTest {

    private final SequenceWindow window = new SequenceWindow();

    @Test
    void aNumberIsTakenOnce() {
        assertThat(window.take(1)).isTrue();
        assertThat(window.take(1)).isFalse();
        assertThat(window.take(0)).isFalse();
        assertThat(window.highest()).isEqualTo(1);
    }

    @Test
    void numbersMayOvertakeEachOtherWithinTheWindow() {
        assertThat(window.take(5)).isTrue();
        assertThat(window.take(3)).isTrue();
        assertThat(window.take(3)).isFalse();
        assertThat(window.take(SequenceWindow.SIZE + 4)).isTrue();
        assertThat(window.take(5)).isFalse();
        assertThat(window.take(6)).isTrue();
        assertThat(window.take(4)).as("fell out of the window").isFalse();
    }

    @Test
    void aJumpForgetsEverythingBefore() {
        assertThat(window.take(7)).isTrue();
        assertThat(window.take(7 + 5L * SequenceWindow.SIZE)).isTrue();
        assertThat(window.take(7)).isFalse();
        assertThat(window.take(8 + 4L * SequenceWindow.SIZE)).isTrue();
    }

    @Test
    void whateverTheOrderNoNumberIsTakenTwice() {
        Random random = new Random(42);
        Set<Long> taken = new HashSet<>();
        long base = 1;
        for (int i = 0; i < 200_000; i++) {
            base += random.nextInt(3);
            long sequence = Math.max(1, base + random.nextInt(3000) - 1500);
            if (window.take(sequence)) {
                assertThat(taken.add(sequence)).as("number %d", sequence).isTrue();
            }
        }
        assertThat(taken).hasSizeGreaterThan(10_000);
    }
}
