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

    /** The source of a command that takes no effect, and never did as far as anybody remembers. */
    private static final long NOWHERE = 0;

    private record Remembered(RequestId id, long time, long index) {}

    /**
     * What a committed entry gives.
     *
     * @param index of the entry whose result it is: its own if it takes effect
     * @param isForgotten if nobody can say any more what that is
     */
    private record Source(long index, boolean isForgotten) {}

    private final World world;
    private final Memory chosen = new Memory();
    private final Memory automatic = new Memory();
    private SessionLimits limits = SessionLimits.DEFAULT;
    private long now;

    /** The automatic ids that are forgotten, oldest first, and not so long that nobody repeats them. */
    private final Deque<Remembered> forgotten = new ArrayDeque<>();

    private long shortestExpiry = Long.MAX_VALUE;

    /** For each committed entry, from index 1 on. */
    private final List<Source> sources = new ArrayList<>();

    private final Map<Long, Long> values = new HashMap<>();
    private final Map<RequestId, Remembered> firsts = new HashMap<>();
    private final Set<String> repeatedKeys = new HashSet<>();

    SessionChecker(World world) {
        this.world = world;
    }

    /** The next entry is committed. @return whether it is a command that takes effect */
    boolean committed(LogEntry entry) {
        Source source = new Source(entry.index(), false);
        if (entry instanceof LogEntry.NoOp noOp) {
            limits = noOp.sessions();
            shortestExpiry = Math.min(shortestExpiry, limits.expiryMillis());
            forget();
        } else if (entry instanceof LogEntry.Command command) {
            now = Math.max(now, command.timestampMillis());
            forget();
            RequestId id = command.requestId().orElseThrow();
            source = of(id).find(id).or(() -> tooLate(id)).orElseGet(() -> takesEffect(id, command));
        }
        sources.add(source);
        return entry instanceof LogEntry.Command && source.index() == entry.index();
    }

    private Memory of(RequestId id) {
        return id.isAutomatic() ? automatic : chosen;
    }

    /** What a server made up cannot be told from one that is forgotten if a later one of the same process is. */
    private Optional<Source> tooLate(RequestId id) {
        boolean mayBeForgotten =
                id.isAutomatic() && forgotten.stream().anyMatch(past -> number(past.id()) >= number(id));
        if (mayBeForgotten) {
            world.coverage.saw(firsts.containsKey(id) ? Seen.FORGOTTEN_REQUEST_REFUSED : Seen.LATE_REQUEST_REFUSED);
        }
        return mayBeForgotten ? Optional.of(new Source(NOWHERE, true)) : Optional.empty();
    }

    private static long number(RequestId id) {
        return id.automatic().orElseThrow().number();
    }

    private Source takesEffect(RequestId id, LogEntry.Command command) {
        Remembered applied = new Remembered(id, now, command.index());
        Remembered first = firsts.putIfAbsent(id, applied);
        if (first != null) {
            require(
                    !id.isAutomatic() || now - first.time() >= shortestExpiry,
                    "%s is applied again at %d, and no caller chose its id",
                    first,
                    command.index());
            world.coverage.saw(Seen.FORGOTTEN_REQUEST_REPEATED);
            repeatedKeys.add(Registers.keyOf(command.command()));
        }
        of(id).ids.add(applied);
        forget();
        return new Source(command.index(), false);
    }

    private void forget() {
        chosen.forget();
        forgotten.addAll(automatic.forget());
        if (!forgotten.isEmpty() && now - forgotten.getLast().time() >= limits.expiryMillis()) {
            forgotten.clear();
        }
    }

    /** What is remembered of one kind of ids, oldest first. */
    private final class Memory {

        private final Deque<Remembered> ids = new ArrayDeque<>();

        /** Up to which index results are forgotten, if their ids are not. */
        private long resultsForgottenThrough;

        private Optional<Source> find(RequestId id) {
            return ids.stream()
                    .filter(known -> known.id().equals(id))
                    .findFirst()
                    .map(known -> new Source(known.index(), known.index() <= resultsForgottenThrough));
        }

        /** @return what is forgotten now, and when */
        private List<Remembered> forget() {
            List<Remembered> gone = new ArrayList<>();
            while (!ids.isEmpty() && isTooMuch(ids.element())) {
                world.coverage.saw(Seen.REQUEST_FORGOTTEN);
                Remembered oldest = ids.remove();
                gone.add(new Remembered(oldest.id(), now, oldest.index()));
            }
            long room = Math.max(1, limits.maxResultBytes() / Long.BYTES);
            ids.stream()
                    .limit(Math.max(0, ids.size() - room))
                    .forEach(first -> resultsForgottenThrough = Math.max(resultsForgottenThrough, first.index()));
            return gone;
        }

        private boolean isTooMuch(Remembered oldest) {
            return now - oldest.time() >= limits.expiryMillis() || ids.size() > limits.maxIds();
        }
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
        given.ifPresentOrElse(result -> gave(server, entry, source.index(), result), () -> {
            if (source.index() != NOWHERE) {
                world.coverage.saw(Seen.RESULT_FORGOTTEN);
            }
        });
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
        return Optional.ofNullable(firsts.get(id)).map(Remembered::index);
    }

    /** The keys on which a command took effect again, rightly, since nobody remembered it: their histories prove nothing. */
    Set<String> repeatedKeys() {
        return repeatedKeys;
    }
}
