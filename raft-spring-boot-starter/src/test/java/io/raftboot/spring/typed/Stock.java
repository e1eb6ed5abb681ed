package io.raftboot.spring.typed;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is in store: the state machine of the tests in this package, with all that a state machine may have. */
public final class Stock extends TypedStateMachine<SortedMap<String, Long>> {

    /** Changes how much there is of an item, and gives how much that is then. */
    public sealed interface Change extends RaftCommand<Long> {

        String item();
    }

    public record Add(String item, long count) implements Change {}

    @CommandType(name = "take", version = 2)
    public record Take(String item, long count, Optional<String> reason) implements Change {}

    public record Clear() implements RaftCommand<Void> {}

    /** Gives the items there are. */
    public record Rename(String from, String to, Color label) implements RaftCommand<List<String>> {

        public Rename {
            if (from.isEmpty()) {
                throw new IllegalArgumentException("an item has a name");
            }
        }
    }

    public enum Color {
        RED,
        GREEN;

        @Override
        public String toString() {
            return "not for the log";
        }
    }

    public record Count(String item) implements RaftQuery<Optional<Long>> {

        public boolean isEmpty() {
            return item.isEmpty();
        }

        public String getLabel() {
            return "the " + item;
        }
    }

    public record Find(String item) implements RaftQuery<Found> {}

    public sealed interface Found {}

    public record There(String item, long count) implements Found {}

    public record Missing(String item) implements Found {}

    /** Fails. */
    public record Broken() implements RaftQuery<Long> {}

    /** Nobody handles it. */
    public record Forgotten() implements RaftCommand<Long> {}

    private final SortedMap<String, Long> items = new TreeMap<>();

    public Stock() {
        on(Change.class, (context, change) -> change(change));
        on(Clear.class, (context, clear) -> clear());
        on(Rename.class, (context, rename) -> rename(rename));
        answer(Count.class, count -> Optional.ofNullable(items.get(count.item())));
        answer(Find.class, find -> find(find.item()));
        answer(Broken.class, broken -> Long.valueOf("broken"));
    }

    private Long change(Change change) {
        if (change instanceof Add add) {
            return items.merge(add.item(), add.count(), Math::addExact);
        }
        Take take = (Take) change;
        long left = items.getOrDefault(take.item(), 0L) - take.count();
        if (left < 0) {
            throw new CommandRejected("there are not so many: " + take.item());
        }
        items.put(take.item(), left);
        return left;
    }

    @SuppressWarnings("NullAway") // a Void is null
    private Void clear() {
        items.clear();
        return null;
    }

    private List<String> rename(Rename rename) {
        Long count = items.remove(rename.from());
        if (count != null) {
            items.put(rename.to(), count);
        }
        return new ArrayList<>(items.keySet());
    }

    private Found find(String item) {
        Long count = items.get(item);
        return count == null ? new Missing(item) : new There(item, count);
    }

    /** For a look at the state. */
    Map<String, Long> items() {
        return items;
    }

    @Override
    protected SortedMap<String, Long> capture() {
        return new TreeMap<>(items);
    }

    @Override
    protected void restore(SortedMap<String, Long> state) {
        items.clear();
        items.putAll(state);
    }
}
