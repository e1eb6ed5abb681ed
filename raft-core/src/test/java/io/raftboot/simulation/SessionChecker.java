package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.model.LogEntry;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.SessionLimits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which commands take effect, by the committed log alone: the first one under a request id, for as long as the limits of the latest
 * leader allow to remember it. Every server must come to the same, and answer what the first one gave.
 */
final class SessionChecker {

    private record Remembered(RequestId id, long time, long index) {}

    private final World world;
    private final Deque<Remembered> remembered = new ArrayDeque<>();
    private SessionLimits limits = SessionLimits.DEFAULT;
    private long now;

    /** For each committed entry, from index 1 on, which entry's result it gives: its own if it takes effect. */
    private final List<Long> sources = new ArrayList<>();

    private final Map<Long, Long> values = new HashMap<>();
    private final Map<RequestId, Long> firstIndexes = new HashMap<>();
    private final Set<String> repeatedKeys = new HashSet<>();

    SessionChecker(World world) {
        this.world = world;
    }

    /** The next entry is committed. @return whether it is a command that takes effect */
    boolean committed(LogEntry entry) {
        long source = entry.index();
        if (entry instanceof LogEntry.NoOp noOp) {
            limits = noOp.sessions();
            forget();
        } else if (entry instanceof LogEntry.Command command) {
            now = Math.max(now, command.timestampMillis());
            forget();
            RequestId id = command.requestId().orElseThrow();
            Optional<Remembered> first =
                    remembered.stream().filter(known -> known.id().equals(id)).findFirst();
            source = first.map(Remembered::index).orElseGet(() -> takesEffect(id, command));
        }
        sources.add(source);
        return entry instanceof LogEntry.Command && source == entry.index();
    }

    private long takesEffect(RequestId id, LogEntry.Command command) {
        if (firstIndexes.putIfAbsent(id, command.index()) != null) {
            world.coverage.saw(Seen.FORGOTTEN_REQUEST_REPEATED);
            repeatedKeys.add(Registers.keyOf(command.command()));
        }
        remembered.add(new Remembered(id, now, command.index()));
        forget();
        return command.index();
    }

    private void forget() {
        while (!remembered.isEmpty() && isTooMuch(remembered.element())) {
            world.coverage.saw(Seen.REQUEST_FORGOTTEN);
            remembered.remove();
        }
    }

    private boolean isTooMuch(Remembered oldest) {
        long bytes = remembered.size() * (long) Long.BYTES;
        return now - oldest.time() >= limits.expiryMillis()
                || remembered.size() > limits.maxIds()
                || (remembered.size() > 1 && bytes > limits.maxResultBytes());
    }

    /** A server has applied a committed entry. */
    void applied(SimulatedServer server, LogEntry entry, Optional<Result> given) {
        require(given.isPresent(), "%s refuses %s, and no client uses an id twice", server, entry);
        Result result = given.orElseThrow();
        long source = sources.get(Math.toIntExact(entry.index() - 1));
        boolean isRepeated = source != entry.index();
        require(
                result.index() == source && result.replayed() == isRepeated,
                "%s gives %s for %s, and the first one under that id is %d",
                server,
                result,
                entry,
                source);
        if (entry instanceof LogEntry.Command) {
            long value = Registers.valueOf(result);
            require(
                    values.computeIfAbsent(source, first -> value) == value,
                    "%s gives %d for %s, and the first time it was %s",
                    server,
                    value,
                    entry,
                    values.get(source));
            if (isRepeated) {
                world.coverage.saw(Seen.RESULT_REPEATED);
            }
        }
    }

    /** Where a request first took effect, if it did. */
    Optional<Long> firstIndex(RequestId id) {
        return Optional.ofNullable(firstIndexes.get(id));
    }

    /** The keys on which a command took effect again, rightly, since nobody remembered it: their histories prove nothing. */
    Set<String> repeatedKeys() {
        return repeatedKeys;
    }
}
