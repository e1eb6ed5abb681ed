package io.raftboot.spring.typed;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The records of a state machine, by their names and by their classes. Not to be added to once it is used. */
final class RecordTypes {

    private final Class<?> marker;
    private final Map<TypeName, RecordType> byName = new TreeMap<>();
    private final Map<Class<?>, RecordType> byClass = new HashMap<>();

    /** @param marker {@link RaftCommand} or {@link RaftQuery} */
    RecordTypes(Class<?> marker) {
        this.marker = marker;
    }

    /**
     * The records that a class stands for: itself, or all of a sealed interface.
     *
     * @throws IllegalArgumentException if it stands for anything else
     */
    static Stream<Class<?>> records(Class<?> type) {
        if (type.isRecord()) {
            return Stream.of(type);
        }
        if (!type.isSealed()) {
            throw new IllegalArgumentException(
                    type.getName() + " is neither a record nor a sealed interface of records");
        }
        return Stream.of(type.getPermittedSubclasses()).flatMap(RecordTypes::records);
    }

    /** @throws IllegalArgumentException if there is one of that name and version */
    void add(Class<?> record) {
        RecordType type = RecordType.of(record, marker);
        RecordType before = byName.putIfAbsent(type.name(), type);
        if (before != null) {
            throw new IllegalArgumentException(
                    before.record().getName() + " and " + record.getName() + " are both called " + type.name()
                            + ": give one of them another name or version, with @CommandType");
        }
        byClass.put(record, type);
    }

    Optional<RecordType> find(TypeName name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** @throws IllegalArgumentException if the state machine has no handler for it */
    RecordType of(Object value) {
        RecordType type = byClass.get(value.getClass());
        if (type == null) {
            throw new IllegalArgumentException("the state machine has no handler for "
                    + value.getClass().getName() + ": register it in its constructor");
        }
        return type;
    }

    Stream<RecordType> all() {
        return byName.values().stream();
    }
}
