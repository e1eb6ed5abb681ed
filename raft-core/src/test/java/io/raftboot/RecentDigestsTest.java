package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.AppliedDigest;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RecentDigestsTest {

    private final RecentDigests digests = new RecentDigests();

    @Test
    void whatIsNotAppliedYetIsNotKnown() {
        assertThat(digests.at(0)).isEmpty();

        digests.restart(0, 7);

        assertThat(digests.at(0)).contains(new AppliedDigest(0, 7));
        assertThat(digests.at(1)).isEmpty();
    }

    @Test
    void theLastOnesAreKeptAndTheOldestMakeRoom() {
        digests.restart(0, 0);
        LongStream.rangeClosed(1, RecentDigests.KEPT).forEach(index -> digests.add(index, -index));

        assertThat(digests.at(RecentDigests.KEPT)).contains(new AppliedDigest(RecentDigests.KEPT, -RecentDigests.KEPT));
        assertThat(digests.at(2)).contains(new AppliedDigest(2, -2));
        // Its slot is the next to be written, so that a reader on another thread could meet it half way.
        assertThat(digests.at(1)).isEmpty();
        assertThat(digests.at(0)).isEmpty();
    }

    @Test
    void behindASnapshotNothingIsKnownOfWhatWasBefore() {
        digests.restart(0, 0);
        digests.add(1, 1);
        digests.add(2, 2);

        digests.restart(10, 99);
        digests.add(11, 100);

        assertThat(digests.at(2)).isEmpty();
        assertThat(digests.at(9)).isEmpty();
        assertThat(digests.at(10)).contains(new AppliedDigest(10, 99));
        assertThat(digests.at(11)).contains(new AppliedDigest(11, 100));
    }
}
