package io.raftboot.spring.typed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a later version of an application may do to its commands, and what not. */
class CommandTypesTest {

    private static final String NAME = "Order";

    enum Size {
        SMALL,
        LARGE
    }

    enum MoreSizes {
        SMALL,
        LARGE,
        HUGE
    }

    enum OtherOrder {
        LARGE,
        SMALL
    }

    sealed interface Payment {}

    record Cash(long amount) implements Payment {}

    record Card(String number) implements Payment {}

    record Line(String item, int count) {}

    record Named(String item, int number) {}

    record Tree(String name, List<Tree> below) {}

    @CommandType(name = NAME)
    record First(String customer, List<Line> lines, Size size, Payment payment) implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record Again(
            Payment payment,
            OtherOrder size,
            List<Line> lines,
            @JsonProperty("customer") String who) implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record WithNote(String customer, List<Line> lines, Size size, Payment payment, Optional<String> note)
            implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record WithNumber(String customer, List<Line> lines, Size size, Payment payment, int number)
            implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record Renamed(String buyer, List<Line> lines, Size size, Payment payment) implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record Without(String customer, List<Line> lines, Size size) implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record Numbered(long customer, List<Line> lines, Size size, Payment payment) implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record Deep(String customer, List<Named> lines, Size size, Payment payment) implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record Sizes(String customer, List<Line> lines, MoreSizes size, Payment payment) implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record Paid(String customer, List<Line> lines, Size size, Cash payment) implements RaftCommand<Long> {}

    @CommandType(name = NAME)
    record Mapped(String customer, Map<String, Line> lines, Size size, Payment payment) implements RaftCommand<Long> {}

    @CommandType(name = NAME, version = 2)
    record Second(long id) implements RaftCommand<Long> {}

    @CommandType(name = "Plant")
    record Plant(Tree tree, byte[] picture) implements RaftCommand<Long> {}

    private static CommandTypes types(Class<?>... records) {
        return CommandTypes.of(Stream.of(records), Set.of());
    }

    private static byte[] remembered(Class<?>... records) {
        return types(records).reconcile(Optional.empty());
    }

    private static void assertRefused(CommandTypes now, byte[] before, String... words) {
        assertThatThrownBy(() -> now.reconcile(Optional.of(before)))
                .isInstanceOf(IncompatibleCommandTypes.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void theSameTypesAreCompatibleAndAreRememberedAlike() {
        byte[] before = remembered(First.class, Plant.class);

        assertThat(types(Plant.class, First.class).reconcile(Optional.of(before)))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource
    void isCompatible(Class<?> now) {
        assertThatCode(() -> types(now).reconcile(Optional.of(remembered(First.class))))
                .doesNotThrowAnyException();
    }

    static Stream<Class<?>> isCompatible() {
        return Stream.of(First.class, Again.class, WithNote.class);
    }

    @ParameterizedTest
    @MethodSource
    void isRefusedWithTheNameOfTheTypeAndWhatHasChanged(Class<?> now, String change) {
        assertRefused(
                types(now),
                remembered(First.class),
                "'Order', version 1",
                change,
                "@CommandType(name = \"Order\", version = 2)");
    }

    static Stream<Arguments> isRefusedWithTheNameOfTheTypeAndWhatHasChanged() {
        return Stream.of(
                Arguments.of(WithNumber.class, "'number' is new, and no Optional"),
                Arguments.of(Renamed.class, "'buyer' is new, and no Optional"),
                Arguments.of(Without.class, "'payment' is gone"),
                Arguments.of(Numbered.class, "'customer' was String and is long"),
                Arguments.of(Deep.class, "'lines<0>.count' is gone"),
                Arguments.of(Sizes.class, "'size' was enum LARGE|SMALL and is enum HUGE|LARGE|SMALL"),
                Arguments.of(Paid.class, "'payment' was sealed and is record"),
                Arguments.of(Mapped.class, "'lines' was List and is Map"));
    }

    @Test
    void aComponentThatWasAddedCannotBeTakenBack() {
        assertRefused(types(First.class), remembered(WithNote.class), "'note' is gone");
    }

    @Test
    void aNewVersionBesideTheOldOneIsRememberedToo() {
        byte[] both = types(First.class, Second.class).reconcile(Optional.of(remembered(First.class)));

        assertRefused(types(First.class), both, "'Order', version 2", "older version of the application");
    }

    @Test
    void aTypeThatIsGoneIsRefusedWithItsName() {
        assertRefused(types(Second.class), remembered(First.class), "'Order', version 1", "retire(\"Order\", 1)");
    }

    @Test
    void aTypeThatIsRetiredIsForgotten() {
        CommandTypes now = CommandTypes.of(Stream.of(Second.class), Set.of(new TypeName(NAME, 1)));

        byte[] after = now.reconcile(Optional.of(remembered(First.class)));

        assertThat(after).isEqualTo(remembered(Second.class));
    }

    @ParameterizedTest
    @MethodSource
    void whatIsIllegibleIsRefused(String before) {
        assertRefused(types(First.class), before.getBytes(UTF_8), "command-types.json", "raft.data-dir");
    }

    static Stream<String> whatIsIllegibleIsRefused() {
        String whole = new String(remembered(First.class), UTF_8);
        return Stream.of(
                "",
                "null",
                "[]",
                "{\"format\":1}",
                "{\"format\":2,\"types\":[]}",
                "{\"format\":1,\"types\":[null]}",
                whole.substring(0, whole.length() / 2),
                whole.replace("\"version\" : 1", "\"version\" : 0"));
    }
}
