package io.raftboot.spring.h2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteBufferTest {

    private final WriteBuffer buffer = new WriteBuffer();

    @Test
    void whatFitsIsTakenAsAWholeEachTime() {
        for (int length : new int[] {0, 1, 5000, 3, WriteBuffer.MAX_BYTES}) {
            ByteBuffer bytes = random(length);

            ByteBuffer taken = buffer.take(bytes);

            assertThat(taken.isDirect()).isTrue();
            assertThat(taken).isEqualTo(bytes.rewind());
        }
    }

    @Test
    void moreIsTakenPartByPart() {
        ByteBuffer bytes = random(2 * WriteBuffer.MAX_BYTES + 1).position(2);
        ByteBuffer together = ByteBuffer.allocate(bytes.remaining());

        while (bytes.hasRemaining()) {
            together.put(buffer.take(bytes));
        }

        assertThat(together.flip()).isEqualTo(bytes.position(2));
    }

    private static ByteBuffer random(int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        new Random(length).nextBytes(bytes.array());
        return bytes;
    }
}
