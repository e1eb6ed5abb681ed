package io.raftboot.consensus;

import static io.raftboot.model.BrokenInvariant.require;

import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The log (§5.3): a base and the entries behind it, and how much of it is durable. It knows nothing of commitment; its caller
 * never lets it truncate what is committed.
 */
final class RaftLog {

    private SnapshotMetadata base;
    private boolean baseIsDurable = true;

    private final Segments entries;

    /** The entries that hold a configuration, in the order of the log. */
    private final List<LogEntry.Membership> memberships = new ArrayList<>();

    /** The last entry that is on disk as it is here; at most the last index. */
    private long durableIndex;

    /** The first entry that has to go from the disk before anything is appended there. */
    private OptionalLong truncateFrom = OptionalLong.empty();

    RaftLog(PersistedState persisted) {
        this.base = persisted.base();
        this.entries = new Segments(persisted.entries());
        this.durableIndex = lastIndex();
        persisted.entries().forEach(this::noteMembership);
    }

    SnapshotMetadata base() {
        return base;
    }

    long firstIndex() {
        return base.lastIncludedIndex() + 1;
    }

    long lastIndex() {
        return base.lastIncludedIndex() + entries.size();
    }

    long lastTerm() {
        return term(lastIndex());
    }

    long durableIndex() {
        return durableIndex;
    }

    LogEntry entry(long index) {
        return entries.get(Math.toIntExact(index - firstIndex()));
    }

    /** The term of the entry at an index from the base to the end. */
    long term(long index) {
        return index == base.lastIncludedIndex()
                ? base.lastIncludedTerm()
                : entry(index).term();
    }

    /** The configuration in force: the last one in the log, committed or not (§6). */
    Configuration configuration() {
        return memberships.isEmpty()
                ? base.configuration()
                : memberships.get(memberships.size() - 1).configuration();
    }

    /** Where the configuration in force stands in the log; where the log begins, if it is as old as that. */
    long configurationIndex() {
        return memberships.isEmpty()
                ? base.lastIncludedIndex()
                : memberships.get(memberships.size() - 1).index();
    }

    /** Whether a log ending there has everything that this one has committed: the voter's rule of §5.4.1. */
    boolean isUpToDate(long lastLogIndex, long lastLogTerm) {
        return lastLogTerm > lastTerm() || (lastLogTerm == lastTerm() && lastLogIndex >= lastIndex());
    }

    /** Whether this log has that entry. What lies before the base is committed, hence the same everywhere. */
    boolean matches(long index, long term) {
        return index < base.lastIncludedIndex() || (index <= lastIndex() && term(index) == term);
    }

    /**
     * The last entry at or before {@code index} whose term is not above {@code term}. Between two logs that differ this skips a
     * whole term at a time, from either side, because the terms within a log never fall.
     */
    LogPosition lastPossibleMatch(long index, long term) {
        long candidate = Math.min(index, lastIndex());
        while (candidate > base.lastIncludedIndex() && term(candidate) > term) {
            candidate--;
        }
        candidate = Math.max(candidate, base.lastIncludedIndex());
        return new LogPosition(candidate, term(candidate));
    }

    /** Adds an entry behind the last one. */
    void append(LogEntry entry) {
        require(entry.index() == lastIndex() + 1, "entry %s cannot follow index %d", entry, lastIndex());
        require(entry.term() >= lastTerm(), "entry %s cannot follow term %d", entry, lastTerm());
        entries.add(entry);
        noteMembership(entry);
    }

    /** Removes the entry at an index and all that follow it. */
    void truncateFrom(long index) {
        require(
                index > base.lastIncludedIndex(),
                "the log starts behind %d and cannot lose %d",
                firstIndex() - 1,
                index);
        if (index <= durableIndex) {
            durableIndex = index - 1;
            truncateFrom = OptionalLong.of(index);
        }
        entries.removeFrom(Math.toIntExact(index - firstIndex()));
        memberships.removeIf(membership -> membership.index() >= index);
    }

    /** Forgets the entries up to an index, which a snapshot holds durably (§7). */
    void compactThrough(long index) {
        require(
                index > base.lastIncludedIndex() && index <= durableIndex,
                "a log from %d, durable up to %d, cannot be compacted up to %d",
                firstIndex(),
                durableIndex,
                index);
        SnapshotMetadata compacted = new SnapshotMetadata(index, term(index), configurationAt(index));
        entries.removeFirst(Math.toIntExact(index - base.lastIncludedIndex()));
        memberships.removeIf(membership -> membership.index() <= index);
        setBase(compacted);
    }

    /** Begins anew behind a snapshot of which this log has not the last entry: nothing in it is known to be right (§7). */
    void restartBehind(SnapshotMetadata snapshot) {
        require(
                snapshot.lastIncludedIndex() > base.lastIncludedIndex(),
                "a log from %d cannot begin again behind %d",
                firstIndex(),
                snapshot.lastIncludedIndex());
        entries.removeFrom(0);
        memberships.clear();
        setBase(snapshot);
        durableIndex = lastIndex();
        truncateFrom = OptionalLong.of(firstIndex());
    }

    private void setBase(SnapshotMetadata newBase) {
        base = newBase;
        baseIsDurable = false;
    }

    /** The configuration as of an entry. */
    Configuration configurationAt(long index) {
        Configuration configuration = base.configuration();
        for (LogEntry.Membership membership : memberships) {
            if (membership.index() <= index) {
                configuration = membership.configuration();
            }
        }
        return configuration;
    }

    /** Whether a server votes by the configuration as of an entry or by one behind it. */
    boolean isVoterFrom(long index, NodeId server) {
        return configurationAt(index).isVoter(server)
                || memberships.stream()
                        .anyMatch(membership -> membership.index() > index
                                && membership.configuration().isVoter(server));
    }

    /** How many configurations stand behind an index. */
    long configurationsBehind(long index) {
        return configurationIndex() <= index
                ? 0
                : memberships.stream()
                        .filter(membership -> membership.index() > index)
                        .count();
    }

    /** Whether there is a configuration that is not joint between two indexes. */
    boolean hasSettled(long from, long through) {
        boolean isBase =
                from <= base.lastIncludedIndex() && !base.configuration().isJoint();
        return isBase
                || memberships.stream()
                        .anyMatch(membership -> from <= membership.index()
                                && membership.index() <= through
                                && !membership.configuration().isJoint());
    }

    /** The entries from one index on, as many as fit into the limits; the first one always fits. */
    List<LogEntry> slice(long from, long through, int maxEntries, long maxBytes) {
        int start = Math.toIntExact(from - firstIndex());
        int limit = Math.toIntExact(Math.min(Math.min(through, lastIndex()) - from + 1, maxEntries));
        int count = 0;
        long bytes = 0;
        while (count < limit) {
            bytes += entries.get(start + count).sizeInBytes();
            if (count > 0 && bytes > maxBytes) {
                break;
            }
            count++;
        }
        return entries.copy(start, start + Math.max(count, 0));
    }

    /** What is not durable yet. */
    List<LogEntry> unstable() {
        return entries.copy(Math.toIntExact(durableIndex + 1 - firstIndex()), entries.size());
    }

    /** A new start of the log that the disk does not know of yet. */
    Optional<SnapshotMetadata> unstableBase() {
        return baseIsDurable ? Optional.empty() : Optional.of(base);
    }

    /** The first entry to be removed from the disk before {@link #unstable} is appended to it. */
    OptionalLong unstableTruncation() {
        return truncateFrom;
    }

    boolean hasUnstable() {
        return durableIndex < lastIndex() || truncateFrom.isPresent() || !baseIsDurable;
    }

    /** The disk now holds everything that {@link #unstableBase}, {@link #unstableTruncation} and {@link #unstable} named. */
    void stable() {
        durableIndex = lastIndex();
        truncateFrom = OptionalLong.empty();
        baseIsDurable = true;
    }

    private void noteMembership(LogEntry entry) {
        if (entry instanceof LogEntry.Membership membership) {
            memberships.add(membership);
        }
    }
}
