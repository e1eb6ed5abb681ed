package io.raftboot.spring.typed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.spi.CommandContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a state and a result may consist of, and come back as. */
class StateJsonTest {

    enum Level {
        LOW,
        HIGH;

        @Override
        public String toString() {
            return "not for the snapshot";
        }
    }

    sealed interface Owner {}

    record Person(String name, Optional<Owner> boss) implements Owner {}

    record Team(List<Person> members) implements Owner {}

    record Nobody() implements Owner {}

    record Item(
            @Nullable String name,
            Optional<String> note,
            Owner owner,
            Level level,
            BigDecimal price,
            double weight,
            UUID id,
            Instant since,
            ZonedDateTime until,
            Duration age) {

        /** Looks like a property, and is none. */
        public boolean isCheap() {
            return price.signum() == 0;
        }

        /** The same. */
        public double getTotal() {
            return weight * 2;
        }
    }

    record Whole(Map<String, List<Item>> items, Map<Long, Level> levels, Map<Level, Double> weights) {}

    record Look() implements RaftCommand<Item> {}

    /** Holds whatever it is given. */
    static final class Holder extends TypedStateMachine<Whole> {

        private Whole state;

        Holder(Whole state) {
            this.state = state;
            on(Look.class, (context, command) -> second());
        }

        @Override
        protected Whole capture() {
            return state;
        }

        @Override
        protected void restore(Whole restored) {
            state = restored;
        }
    }

    private static Item item(@Nullable String name, Owner owner) {
        return new Item(
                name,
                Optional.empty(),
                owner,
                Level.HIGH,
                new BigDecimal("12.50"),
                0.1,
                new UUID(1, 2),
                Instant.ofEpochSecond(1, 234_567_891),
                ZonedDateTime.parse("2026-11-27T10:00:00+01:00[Europe/Berlin]"),
                Duration.ofMillis(1_500));
    }

    private static Item second() {
        return item(null, new Person("a", Optional.of(new Nobody())));
    }

    private static Whole whole() {
        Map<String, List<Item>> items = new LinkedHashMap<>();
        items.put("second", List.of(second()));
        List<Item> withNull = new ArrayList<>();
        withNull.add(item("b", new Team(List.of(new Person("c", Optional.empty())))));
        withNull.add(null);
        items.put("first", withNull);
        return new Whole(
                items, Map.of(7L, Level.LOW), Map.of(Level.HIGH, Double.NaN, Level.LOW, Double.NEGATIVE_INFINITY));
    }

    private static byte[] written(Whole state) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Holder(state).snapshot().writeTo(out);
        return out.toByteArray();
    }

    @Test
    void aStateComesBackAsItWasWithItsNullsAndItsOrder() throws IOException {
        Holder restored = new Holder(new Whole(Map.of(), Map.of(), Map.of()));

        restored.restore(new ByteArrayInputStream(written(whole())));

        assertThat(restored.capture()).isEqualTo(whole());
        assertThat(restored.capture().items().keySet()).containsExactly("second", "first");
    }

    @Test
    void aResultComesBackAsItWasWithItsNulls() {
        Holder holder = new Holder(whole());

        byte[] reply = holder.apply(
                new CommandContext(1, 1, Instant.EPOCH), holder.codec().encode(new Look()));

        assertThat(holder.codec().decodeReply(new Look(), reply)).isEqualTo(second());
    }

    @Test
    void aStateComesBackWhateverLongOrBrokenTextsAndNumbersAreInIt() throws IOException {
        String half = "half \ud800 of a pair, and a whole one \ud83d\ude00";
        Item item = new Item(
                half.repeat(10_000),
                Optional.of(""),
                new Nobody(),
                Level.LOW,
                new BigDecimal("9".repeat(5_000) + ".1"),
                Double.MIN_VALUE,
                new UUID(0, 0),
                Instant.MIN,
                ZonedDateTime.parse("2026-11-27T10:00:00Z"),
                Duration.ofNanos(1));
        Whole state = new Whole(Map.of("\ud83d\ude00".repeat(40_000), List.of(item)), Map.of(), Map.of());
        Holder restored = new Holder(new Whole(Map.of(), Map.of(), Map.of()));

        restored.restore(new ByteArrayInputStream(written(state)));

        assertThat(restored.capture()).isEqualTo(state);
    }

    @Test
    void theStreamOfASnapshotIsNotClosed() throws IOException {
        AtomicBoolean isClosed = new AtomicBoolean();
        InputStream in = new ByteArrayInputStream(written(whole())) {
            @Override
            public void close() {
                isClosed.set(true);
            }
        };

        new Holder(whole()).restore(in);

        assertThat(isClosed).isFalse();
    }

    @Test
    void aStateWithMoreThanThisVersionKnowsIsRefused() {
        byte[] newer = "{\"items\":{},\"levels\":{},\"weights\":{},\"more\":1}".getBytes(UTF_8);

        assertThatThrownBy(() -> new Holder(whole()).restore(new ByteArrayInputStream(newer)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Whole")
                .hasMessageContaining("more");
    }
}
