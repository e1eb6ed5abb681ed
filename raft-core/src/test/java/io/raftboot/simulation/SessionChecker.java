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
 * leader allow to remember it. Every server must come to the same, and answer what the first one gave, as long as they allow to
 * remember that.
 */
final class SessionChecker {

    private record Remembered(RequestId id, long time, long index) {}

    /**
     * What a committed entry gives.
     *
     * @param index of the entry whose result it is: its own if it takes effect
     * @param isForgotten if nobody can say any more what that is
     */
    private record Source(long index, boolean isForgotten) {}

    private final World world;
    private final Deque<Remembered> remembered = new ArrayDeque<>();
    private SessionLimits limits = SessionLimits.DEFAULT;
    private long now;

    /** Up to which index results are forgotten, if their ids are not. */
    private long forgottenThrough;

    /** For each committed entry, from index 1 on. */
    private final List<Source> sources = new ArrayList<>();

    private final Map<Long, Long> values = new HashMap<>();
    private final Map<RequestId, Long> firstIndexes = new HashMap<>();
    private final Set<String> repeatedKeys = new HashSet<>();

    SessionChecker(World world) {
        this.world = world;
    }

    /** The next entry is committed. @return whether it is a command that takes effect */
    boolean committed(LogEntry entry) {
        Source source = new Source(entry.index(), false);
        if (entry instanceof LogEntry.NoOp noOp) {
            limits = noOp.sessions();
            forget();
        } else if (entry instanceof LogEntry.Command command) {
            now = Math.max(now, command.timestampMillis());
            forget();
            RequestId id = command.requestId().orElseThrow();
            Optional<Remembered> first =
                    remembered.stream().filter(known -> known.id().equals(id)).findFirst();
            source = first.map(known -> new Source(known.index(), known.index() <= forgottenThrough))
                    .orElseGet(() -> takesEffect(id, command));
        }
        sources.add(source);
        return entry instanceof LogEntry.Command && source.index() == entry.index();
    }

    private Source takesEffect(RequestId id, LogEntry.Command command) {
        if (firstIndexes.putIfAbsent(id, command.index()) != null) {
            world.coverage.saw(Seen.FORGOTTEN_REQUEST_REPEATED);
            repeatedKeys.add(Registers.keyOf(command.command()));
        }
        remembered.add(new Remembered(id, now, command.index()));
        forget();
        return new Source(command.index(), false);
    }

    private void forget() {
        while (!remembered.isEmpty() && isTooMuch(remembered.element())) {
            world.coverage.saw(Seen.REQUEST_FORGOTTEN);
            remembered.remove();
        }
        long room = Math.max(1, limits.maxResultBytes() / Long.BYTES);
        remembered.stream()
                .limit(Math.max(0, remembered.size() - room))
                .forEach(first -> forgottenThrough = Math.max(forgottenThrough, first.index()));
    }

    private boolean isTooMuch(Remembered oldest) {
        return now - oldest.time() >= limits.expiryMillis() || remembered.size() > limits.maxIds();
    }

    /** A server has applied a committed entry. */
    void applied(SimulatedServer server, LogEntry entry, Optional<Result> given) {
        Source source = sources.get(Math.toIntExact(entry.index() - 1));
        require(
                given.isEmpty() == source.isForgotten(),
                "%s gives %s for %s, and the result of %s",
                server,
                given,
                entry,
                source);
        given.ifPresentOrElse(
                result -> gave(server, entry, source.index(), result), () -> world.coverage.saw(Seen.RESULT_FORGOTTEN));
    }

    private void gave(SimulatedServer server, LogEntry entry, long source, Result result) {
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
