package io.raftboot.consensus;

import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * How much the disk of this server still takes (scenario P9). Only commands count: terms, votes, no-ops and configurations are
 * small, seldom, and what a full cluster needs to go on answering reads, so the storage keeps a reserve for them.
 */
final class Room {

    /** Less than this is little. */
    private final long lowBytes;

    private long bytes = Long.MAX_VALUE;

    /** Who was told to lead instead of this server, since it has little room, and did not. */
    private final Set<NodeId> reluctant = new TreeSet<>();

    /** @param lowBytes what is needed at least to go on as usual */
    Room(long lowBytes) {
        this.lowBytes = lowBytes;
    }

    /** The disk has so many bytes now. */
    void set(long nowBytes) {
        bytes = nowBytes;
        if (!isLow()) {
            reluctant.clear();
        }
    }

    boolean isLow() {
        return bytes < lowBytes;
    }

    /** How much there is, if that is little. */
    Optional<Long> ifLow() {
        return isLow() ? Optional.of(bytes) : Optional.empty();
    }

    /** A server did not take leadership over. While there is little room it is not asked again: each attempt is an election. */
    void notTakenOverBy(NodeId server) {
        if (isLow()) {
            reluctant.add(server);
        }
    }

    boolean mayBeTakenOverBy(NodeId server) {
        return !reluctant.contains(server);
    }

    /** Takes the room that an entry needs. @return whether there is as much */
    boolean take(LogEntry entry) {
        if (!(entry instanceof LogEntry.Command)) {
            return true;
        }
        if (entry.sizeInBytes() > bytes) {
            return false;
        }
        bytes -= entry.sizeInBytes();
        return true;
    }
}
