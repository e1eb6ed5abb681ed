package io.raftboot.consensus;

import static io.raftboot.consensus.Segments.ENTRIES_PER_SEGMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentsTest {

    private static final int N = ENTRIES_PER_SEGMENT;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, N - 1, N, N + 1, 2 * N, 3 * N + 5})
    void whatIsAddedComesBackInItsOrder(int count) {
        Segments segments = new Segments(entries(1, count));

        assertThat(all(segments)).isEqualTo(entries(1, count));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, N - 1, N, N + 1, 2 * N - 1, 2 * N, 2 * N + 1, 3 * N - 1, 3 * N})
    void theFirstOnesGoAndTheOthersStay(int count) {
        Segments segments = new Segments(entries(1, 3 * N));

        segments.removeFirst(count);

        assertThat(all(segments)).isEqualTo(entries(count + 1, 3 * N));
        segments.add(new LogEntry.NoOp(3 * N + 1, 1));
        assertThat(all(segments)).isEqualTo(entries(count + 1, 3 * N + 1));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, N - 1, N, N + 1, 2 * N, 3 * N - 1, 3 * N})
    void theLastOnesGoAndOthersFollow(int position) {
        Segments segments = new Segments(entries(1, 3 * N));

        segments.removeFrom(position);

        assertThat(all(segments)).isEqualTo(entries(1, position));
        segments.add(new LogEntry.NoOp(position + 1, 1));
        assertThat(all(segments)).isEqualTo(entries(1, position + 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverComesAndGoesItIsAList(long seed) {
        Random random = new Random(seed);
        List<LogEntry> list = new ArrayList<>();
        Segments segments = new Segments(list);
        for (int step = 0; step < 60; step++) {
            change(list, segments, random);
            assertThat(all(segments)).isEqualTo(list);
        }
    }

    private static void change(List<LogEntry> list, Segments segments, Random random) {
        int some = random.nextInt(1 + Math.min(list.size(), 3 * N));
        switch (random.nextInt(4)) {
            case 0 -> {
                segments.removeFirst(some);
                list.subList(0, some).clear();
            }
            case 1 -> {
                segments.removeFrom(list.size() - some);
                list.subList(list.size() - some, list.size()).clear();
            }
            default ->
                entries(1, random.nextInt(2 * N)).forEach(entry -> {
                    segments.add(entry);
                    list.add(entry);
                });
        }
    }

    @Test
    void whatIsCopiedStaysAsItIs() {
        Segments segments = new Segments(entries(1, 10));

        List<LogEntry> copied = segments.copy(2, 5);
        segments.removeFrom(0);

        assertThat(copied).isEqualTo(entries(3, 5));
    }

    private static List<LogEntry> all(Segments segments) {
        return segments.copy(0, segments.size());
    }

    private static List<LogEntry> entries(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .<LogEntry>mapToObj(index -> new LogEntry.NoOp(index, 1))
                .toList();
    }
}
