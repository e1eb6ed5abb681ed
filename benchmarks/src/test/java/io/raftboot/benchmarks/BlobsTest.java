package io.raftboot.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.spi.CommandContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BlobsTest {

    private static final int FAR = 5_000_000;
    private static final CommandContext CONTEXT = new CommandContext(1, 1, Instant.EPOCH);

    @Test
    void aStateGrowsWithItsKeysAndComesBackFromItsSnapshot() throws IOException {
        Blobs blobs = new Blobs();
        blobs.apply(CONTEXT, Blobs.put(FAR, 3));
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        blobs.snapshot().writeTo(snapshot);
        Blobs restored = new Blobs();
        restored.restore(new ByteArrayInputStream(snapshot.toByteArray()));
        assertThat(restored.query(Blobs.get(FAR))).isEqualTo(Blobs.put(FAR, 3));
        assertThat(restored.query(Blobs.get(FAR + 1))).isEmpty();
    }
}
