package io.raftboot.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.raftboot.sample.Command.Delete;
import io.raftboot.sample.Command.Increment;
import io.raftboot.sample.Command.Put;
import io.raftboot.sample.CommandResult.Deleted;
import io.raftboot.sample.CommandResult.Reason;
import io.raftboot.sample.CommandResult.Refused;
import io.raftboot.sample.Precondition.Tags;
import io.raftboot.sample.Query.Found;
import io.raftboot.sample.Query.Get;
import io.raftboot.sample.Query.ListKeys;
import io.raftboot.sample.Query.Listing;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyValueStoreTest {

    private static final ListKeys EVERYTHING = new ListKeys("", Integer.MAX_VALUE);

    private final CommandCodec commands = new CommandCodec();
    private final JsonCodec codec = new JsonCodec();
    private final KeyValueStore store = new KeyValueStore();
    private long index;

    @Test
    void aValueThatIsPutIsThereWithTheIndexOfItsCommandAsRevision() {
        index = 41;

        assertThat(written(put("a", "1"))).contains(new Entry("a", "1", 42));
        assertThat(get("a")).contains(new Entry("a", "1", 42));
    }

    @Test
    void aKeyThatIsDeletedIsGone() {
        apply(put("a", "1"));

        assertThat(apply(new Delete("a", Precondition.NONE))).isEqualTo(new Deleted());
        assertThat(get("a")).isEmpty();
        assertThat(apply(new Delete("a", Precondition.NONE))).isEqualTo(new Refused(Reason.MISSING));
    }

    @Test
    void ifMatchHoldsForTheRevisionTheKeyHas() {
        apply(put("a", "1"));

        assertThat(written(new Put("a", "2", ifMatch("7", "1")))).contains(new Entry("a", "2", 2));
        assertThat(apply(new Put("a", "3", ifMatch("1")))).isEqualTo(new Refused(Reason.PRECONDITION_FAILED));
        assertThat(get("a")).contains(new Entry("a", "2", 2));
    }

    @Test
    void ifMatchHoldsForNoRevisionOfAKeyThatIsNotThere() {
        assertThat(apply(new Put("a", "1", ifMatch("0")))).isEqualTo(new Refused(Reason.PRECONDITION_FAILED));
        assertThat(apply(new Increment("a", 1, ifMatch("0")))).isEqualTo(new Refused(Reason.PRECONDITION_FAILED));
        assertThat(apply(new Delete("a", ifMatch("0")))).isEqualTo(new Refused(Reason.MISSING));
        assertThat(list(EVERYTHING).entries()).isEmpty();
    }

    @Test
    void ifMatchWithAnAsteriskHoldsForAnyKeyThatIsThere() {
        Precondition there = new Precondition(Optional.of(new Tags(true, List.of())), Optional.empty());

        assertThat(apply(new Put("a", "1", there))).isEqualTo(new Refused(Reason.PRECONDITION_FAILED));
        apply(put("a", "1"));
        assertThat(written(new Put("a", "2", there))).contains(new Entry("a", "2", 3));
    }

    @Test
    void ifNoneMatchWithAnAsteriskHoldsOnlyForAKeyThatIsNotThere() {
        Precondition absent = new Precondition(Optional.empty(), Optional.of(new Tags(true, List.of())));

        assertThat(written(new Put("a", "1", absent))).contains(new Entry("a", "1", 1));
        assertThat(apply(new Put("a", "2", absent))).isEqualTo(new Refused(Reason.PRECONDITION_FAILED));
    }

    @Test
    void aKeyThatWasDeletedAndWrittenAgainDoesNotMatchItsOldRevision() {
        apply(put("a", "1"));
        apply(new Delete("a", Precondition.NONE));
        apply(put("a", "1"));

        assertThat(apply(new Delete("a", ifMatch("1")))).isEqualTo(new Refused(Reason.PRECONDITION_FAILED));
        assertThat(apply(new Delete("a", ifMatch("3")))).isEqualTo(new Deleted());
    }

    @Test
    void aMissingKeyCountsFromZero() {
        assertThat(written(increment("n", 5))).contains(new Entry("n", "5", 1));
        assertThat(written(increment("n", -7))).contains(new Entry("n", "-2", 2));
    }

    @ParameterizedTest
    @CsvSource({"41, 42", "+41, 42", "-1, 0", "007, 8", "9223372036854775806, 9223372036854775807"})
    void anIntegerIsIncremented(String before, String after) {
        apply(put("n", before));

        assertThat(written(increment("n", 1))).contains(new Entry("n", after, 2));
    }

    /** The last one is a five in Arabic digits, which {@link Long#parseLong} would take. */
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "1.5", "1 ", "1\n", "0x10", "1e3", "-", "\u0665"})
    void whatIsNoIntegerIsNotIncremented(String value) {
        apply(put("n", value));

        assertThat(apply(increment("n", 1))).isEqualTo(new Refused(Reason.NOT_AN_INTEGER));
        assertThat(get("n")).contains(new Entry("n", value, 1));
    }

    @ParameterizedTest
    @CsvSource({"9223372036854775807, 1", "-9223372036854775808, -1", "9223372036854775808, 0"})
    void anIncrementBeyond64BitsIsRefused(String value, long by) {
        apply(put("n", value));

        assertThat(apply(increment("n", by))).isEqualTo(new Refused(Reason.OUT_OF_RANGE));
        assertThat(get("n")).contains(new Entry("n", value, 1));
    }

    @Test
    void aListHoldsTheKeysWithThePrefixInTheirOrder() {
        List.of("b", "ab", "a", "abc", "aa").forEach(key -> apply(put(key, key)));

        assertThat(keys(new ListKeys("ab", 10))).containsExactly("ab", "abc");
        assertThat(keys(EVERYTHING)).containsExactly("a", "aa", "ab", "abc", "b");
        assertThat(keys(new ListKeys("a", 2))).containsExactly("a", "aa");
        assertThat(keys(new ListKeys("c", 10))).isEmpty();
    }

    @Test
    void aListThatWouldBeTooLargeIsTruncatedAndSaysSo() {
        String half = "x".repeat(Listing.MAX_LENGTH / 2);
        apply(put("a", half));
        apply(put("b", half.substring(2)));
        assertThat(list(EVERYTHING).truncated()).isFalse();

        apply(put("b", half.substring(1)));
        assertThat(keys(EVERYTHING)).containsExactly("a");
        assertThat(list(EVERYTHING).truncated()).isTrue();
    }

    @Test
    void aListHoldsAtLeastOneEntryHoweverLarge() {
        apply(put("a", "x".repeat(Listing.MAX_LENGTH + 1)));

        assertThat(keys(EVERYTHING)).containsExactly("a");
    }

    @Test
    void theResultOfAPutIsSmallHoweverLargeItsValue() {
        assertThat(apply(commands.encode(put("a", "x".repeat(1000)))).length).isLessThan(100);
    }

    @Test
    void theSameCommandsGiveTheSameResultsAndTheSameState() throws IOException {
        List<byte[]> random = randomCommands(new Random(1), 2000);
        KeyValueStore other = new KeyValueStore();

        for (int i = 0; i < random.size(); i++) {
            CommandContext here = new CommandContext(i + 1, 1, Instant.EPOCH);
            CommandContext there = new CommandContext(i + 1, 1, Instant.EPOCH);
            assertThat(other.apply(there, random.get(i))).isEqualTo(store.apply(here, random.get(i)));
        }
        assertThat(written(other.snapshot())).isEqualTo(written(store.snapshot()));
    }

    @Test
    void aRestoredStateIsTheStateThatWasCaptured() throws IOException {
        List<byte[]> random = randomCommands(new Random(2), 2000);
        random.forEach(this::apply);
        KeyValueStore restored = new KeyValueStore();
        restored.apply(new CommandContext(1, 1, Instant.EPOCH), commands.encode(put("to-be-replaced", "x")));

        restored.restore(new ByteArrayInputStream(written(store.snapshot())));

        byte[] everything = codec.encode(EVERYTHING);
        assertThat(restored.query(everything)).isEqualTo(store.query(everything));
        assertThat(written(restored.snapshot())).isEqualTo(written(store.snapshot()));
    }

    @Test
    void commandsAfterTheCaptureAreNotInTheSnapshot() throws IOException {
        apply(put("a", "before"));
        SnapshotWriter captured = store.snapshot();
        apply(put("a", "after"));
        apply(put("b", "after"));

        assertThat(new String(written(captured), UTF_8))
                .isEqualTo("[{\"key\":\"a\",\"value\":\"before\",\"revision\":1}]");
    }

    @Test
    void anEmptyStateIsCapturedAndRestored() throws IOException {
        byte[] empty = written(store.snapshot());
        apply(put("a", "1"));

        store.restore(new ByteArrayInputStream(empty));

        assertThat(list(EVERYTHING).entries()).isEmpty();
    }

    @Test
    void aSnapshotThatEndsEarlyIsRefusedAndTheStateStays() throws IOException {
        apply(put("a", "1"));
        apply(put("b", "2"));
        byte[] whole = written(store.snapshot());

        for (int length = 0; length < whole.length; length++) {
            ByteArrayInputStream part = new ByteArrayInputStream(whole, 0, length);
            assertThatIOException().isThrownBy(() -> store.restore(part));
        }
        assertThat(written(store.snapshot())).isEqualTo(whole);
    }

    @Test
    void bytesThatAreNoCommandStopTheServer() {
        CommandContext context = new CommandContext(1, 1, Instant.EPOCH);

        assertThatIllegalArgumentException().isThrownBy(() -> store.apply(context, "{}".getBytes(UTF_8)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> store.apply(context, "{\"type\":\"later\",\"key\":\"a\"}".getBytes(UTF_8)));
    }

    /** What is in a log today has to be read by every later version. */
    @Test
    void theJsonOfTheCommandsIsFixed() {
        assertThat(json(new Put("a", "1", ifMatch("6"))))
                .isEqualTo("{\"type\":\"put\",\"key\":\"a\",\"value\":\"1\",\"precondition\":"
                        + "{\"ifMatch\":{\"any\":false,\"values\":[\"6\"]}}}");
        assertThat(json(new Delete("a", Precondition.NONE)))
                .isEqualTo("{\"type\":\"delete\",\"key\":\"a\",\"precondition\":" + "{}}");
        assertThat(json(increment("a", 2)))
                .isEqualTo("{\"type\":\"increment\",\"key\":\"a\",\"by\":2,\"precondition\":" + "{}}");
    }

    private List<byte[]> randomCommands(Random random, int count) {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String key = "k" + random.nextInt(50);
            Precondition precondition = random.nextBoolean() ? Precondition.NONE : ifMatch("" + random.nextInt(count));
            all.add(commands.encode(
                    switch (random.nextInt(3)) {
                        case 0 -> new Put(key, random.nextBoolean() ? "\u00e4\ud83d\ude00\"" : "5", precondition);
                        case 1 -> new Increment(key, random.nextInt(), precondition);
                        default -> new Delete(key, precondition);
                    }));
        }
        return all;
    }

    private Optional<Entry> written(Command command) {
        CommandResult result = apply(command);
        return command.written(result, index);
    }

    private CommandResult apply(Command command) {
        return commands.result(apply(commands.encode(command)));
    }

    private byte[] apply(byte[] command) {
        return store.apply(new CommandContext(++index, 1, Instant.EPOCH), command);
    }

    private Optional<Entry> get(String key) {
        return codec.decode(store.query(codec.encode(new Get(key))), Found.class)
                .entry();
    }

    private Listing list(ListKeys query) {
        return codec.decode(store.query(codec.encode(query)), Listing.class);
    }

    private List<String> keys(ListKeys query) {
        return list(query).entries().stream().map(Entry::key).toList();
    }

    private String json(Command command) {
        return new String(commands.encode(command), UTF_8);
    }

    private static byte[] written(SnapshotWriter snapshot) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        snapshot.writeTo(out);
        return out.toByteArray();
    }

    private static Put put(String key, String value) {
        return new Put(key, value, Precondition.NONE);
    }

    private static Increment increment(String key, long by) {
        return new Increment(key, by, Precondition.NONE);
    }

    private static Precondition ifMatch(String... revisions) {
        return new Precondition(Optional.of(new Tags(false, List.of(revisions))), Optional.empty());
    }
}
