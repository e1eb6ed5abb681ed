package io.raftboot.spring.typed;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What an application can get wrong in the constructor of its state machine, or with its state. */
class TypedRegistrationTest {

    record Ping() implements RaftCommand<Long> {}

    record Same() {

        @CommandType(name = "Ping")
        record Other() implements RaftCommand<Long> {}
    }

    @SuppressWarnings("rawtypes")
    record Untyped() implements RaftCommand {}

    @CommandType(version = 0)
    record Zeroth() implements RaftCommand<Long> {}

    static class Plain implements RaftCommand<Long> {}

    record Point(int x) {}

    record Name(String value) {}

    /** A key that says how it is one. */
    record Key(@JsonValue String value) {}

    record Keyed(Map<Name, Long> names) implements RaftCommand<Long> {}

    record Strange(Map<List<String>, Long> lists) implements RaftCommand<Long> {}

    /** Lets a test register what it likes. */
    private static class Machine extends TypedStateMachine<Point> {

        Machine(Consumer<Machine> registrations) {
            registrations.accept(this);
        }

        <C extends RaftCommand<Long>> void register(Class<C> type) {
            on(type, (context, command) -> 1L);
        }

        void retired(String name, int version) {
            retire(name, version);
        }

        @Override
        protected Point capture() {
            return new Point(1);
        }

        @Override
        protected void restore(Point state) {}
    }

    private static class Stateless<T> extends TypedStateMachine<T> {

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals")
        protected T capture() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void restore(T state) {}
    }

    private static class ByPoint extends Stateless<Map<Point, Long>> {}

    private static class ByName extends Stateless<List<SortedMap<Name, Long>>> {}

    private static class ByKey extends Stateless<Map<Key, Long>> {}

    private static void assertRefused(Consumer<Machine> registrations, String... words) {
        assertThatThrownBy(() -> new Machine(registrations))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void twoRecordsOfOneNameAndVersionAreRefused() {
        assertRefused(
                machine -> {
                    machine.register(Ping.class);
                    machine.register(Same.Other.class);
                },
                "Ping",
                "Other",
                "@CommandType");
    }

    @Test
    void aClassThatIsNoRecordIsRefused() {
        assertRefused(machine -> machine.register(Plain.class), "Plain", "neither a record nor a sealed interface");
    }

    @Test
    @SuppressWarnings("unchecked")
    void aRecordThatDoesNotSayWhatItGivesIsRefused() {
        assertRefused(machine -> machine.register(Untyped.class), "Untyped", "RaftCommand");
    }

    @Test
    void aVersionBeforeTheFirstIsRefused() {
        assertRefused(machine -> machine.register(Zeroth.class), "Zeroth", "version from 1 on");
    }

    @Test
    void aTypeThatIsRetiredHasNoHandler() {
        assertRefused(
                machine -> {
                    machine.retired("Ping", 1);
                    machine.register(Ping.class);
                },
                "'Ping', version 1",
                "retired");
        assertRefused(
                machine -> {
                    machine.register(Ping.class);
                    machine.retired("Ping", 1);
                },
                "'Ping', version 1",
                "retired");
    }

    @Test
    void nothingIsRegisteredOnceTheTypesAreInUse() {
        Machine machine = new Machine(TypedStateMachine::codec);

        assertThatThrownBy(() -> machine.register(Ping.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("constructor");
    }

    @Test
    void aStateMachineThatDoesNotSayWhatItsStateIsIsRefused() {
        assertThatThrownBy(Stateless::new)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Stateless")
                .hasMessageContaining("TypedStateMachine");
    }

    @Test
    void aStateWhoseKeysWouldNotComeBackIsRefused() {
        assertThatThrownBy(ByPoint::new)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("Point", "@JsonValue");
        assertThatThrownBy(ByName::new)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("Name", "@JsonValue");
        assertThatCode(ByKey::new).doesNotThrowAnyException();
    }

    @Test
    void aRecordThatWouldNotComeBackIsRefused() {
        assertRefused(machine -> machine.register(Keyed.class), "Name", "@JsonValue");
        assertRefused(machine -> machine.register(Strange.class), "Strange");
    }

    @Test
    void aSnapshotThatDoesNotFitTheStateSaysWhatItShouldBe() {
        Machine machine = new Machine(none -> {});

        for (String snapshot :
                new String[] {"", "null", "{}", "{\"x\":\"1\"}", "{\"x\":1,\"y\":2}", "{\"x\":1} {}", "{\"x\":"}) {
            assertThatThrownBy(
                            () -> machine.restore(new ByteArrayInputStream(snapshot.getBytes(StandardCharsets.UTF_8))))
                    .as(snapshot)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("Point");
        }
    }
}
