package io.raftboot.consensus;

import io.raftboot.model.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Entries one after the other, which come at the end and go at both. They lie in pieces: however long a log is, it grows without
 * being copied, and after a snapshot most of it is let go of a piece at a time.
 */
final class Segments {

    /** How many entries a piece has; a part of one piece is the most that is ever moved. */
    static final int ENTRIES_PER_SEGMENT = 1024;

    private final List<List<LogEntry>> segments = new ArrayList<>();

    /** How many entries the first piece has lost. */
    private int missing;

    private int size;

    Segments(List<LogEntry> entries) {
        entries.forEach(this::add);
    }

    int size() {
        return size;
    }

    LogEntry get(int position) {
        return segments.get(segmentOf(position)).get(placeOf(position));
    }

    private int segmentOf(int position) {
        return (missing + position) / ENTRIES_PER_SEGMENT;
    }

    private int placeOf(int position) {
        int place = missing + position;
        return place < ENTRIES_PER_SEGMENT ? position : place % ENTRIES_PER_SEGMENT;
    }

    void add(LogEntry entry) {
        if (segmentOf(size) == segments.size()) {
            segments.add(new ArrayList<>());
        }
        segments.get(segmentOf(size)).add(entry);
        size++;
    }

    /** Lets go of so many entries at the beginning. */
    void removeFirst(int count) {
        if (count == size) {
            removeFrom(0);
            return;
        }
        int place = placeOf(count);
        segments.subList(0, segmentOf(count)).clear();
        segments.get(0).subList(0, place).clear();
        missing = (missing + count) % ENTRIES_PER_SEGMENT;
        size -= count;
    }

    /** Lets go of the entry at a position and of all that follow. */
    void removeFrom(int position) {
        int segment = segmentOf(position);
        if (segment < segments.size()) {
            List<LogEntry> shortened = segments.get(segment);
            shortened.subList(placeOf(position), shortened.size()).clear();
            segments.subList(segment + 1, segments.size()).clear();
        }
        size = position;
    }

    /** The entries from one position up to another, without that. */
    List<LogEntry> copy(int from, int to) {
        return IntStream.range(from, to).mapToObj(this::get).toList();
    }
}
