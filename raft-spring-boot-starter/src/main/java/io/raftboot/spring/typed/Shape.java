package io.raftboot.spring.typed;

import com.fasterxml.jackson.annotation.JsonKey;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.lang.reflect.RecordComponent;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.ResolvableType;

/**
 * What the JSON of a type looks like, as far as reading it depends on that: the components of records, the names of enum constants and of
 * a sealed type's records, what is in collections. A class that is none of these is known by its name only.
 *
 * @param kind what it is
 * @param parts what is in it, by its name there
 */
record Shape(String kind, SortedMap<String, Shape> parts) {

    private static final String RECORD = "record";
    private static final String OPTIONAL = "Optional";

    /** @throws IllegalArgumentException if it has a map whose keys would not come back */
    static Shape of(ResolvableType type) {
        return of(type, Set.of());
    }

    /** @param around the types it is a part of, for those that are a part of themselves */
    private static Shape of(ResolvableType type, Set<String> around) {
        Class<?> raw = type.toClass();
        if (around.contains(type.toString())) {
            return leaf("again " + raw.getSimpleName());
        }
        Set<String> inside = new HashSet<>(around);
        inside.add(type.toString());
        if (raw.isEnum()) {
            return leaf(Stream.of(raw.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .sorted()
                    .collect(Collectors.joining("|", "enum ", "")));
        }
        if (raw.isRecord()) {
            return record(type, inside);
        }
        if (raw.isSealed()) {
            return new Shape("sealed", subtypes(raw, inside));
        }
        return new Shape(name(raw), arguments(type, inside));
    }

    private static Shape leaf(String kind) {
        return new Shape(kind, new TreeMap<>());
    }

    private static Shape record(ResolvableType type, Set<String> inside) {
        SortedMap<String, Shape> components = new TreeMap<>();
        for (RecordComponent component : type.toClass().getRecordComponents()) {
            JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
            String name = renamed == null || renamed.value().isEmpty() ? component.getName() : renamed.value();
            components.put(name, of(ResolvableType.forType(component.getGenericType(), type), inside));
        }
        return new Shape(RECORD, components);
    }

    private static SortedMap<String, Shape> subtypes(Class<?> sealed, Set<String> inside) {
        SortedMap<String, Shape> subtypes = new TreeMap<>();
        for (Class<?> subtype : sealed.getPermittedSubclasses()) {
            subtypes.put(subtype.getSimpleName(), of(ResolvableType.forClass(subtype), inside));
        }
        return subtypes;
    }

    private static SortedMap<String, Shape> arguments(ResolvableType type, Set<String> inside) {
        SortedMap<String, Shape> arguments = new TreeMap<>();
        ResolvableType[] generics =
                type.isArray() ? new ResolvableType[] {type.getComponentType()} : type.getGenerics();
        if (Map.class.isAssignableFrom(type.toClass()) && generics.length > 0) {
            requireReadableKey(generics[0].toClass());
        }
        for (int i = 0; i < generics.length; i++) {
            arguments.put("<" + i + ">", of(generics[i], inside));
        }
        return arguments;
    }

    /** What Jackson makes of a record as a key is its {@code toString()}, which it would not understand. */
    private static void requireReadableKey(Class<?> key) {
        boolean saysHow = Stream.of(key.getMethods())
                .anyMatch(method ->
                        method.isAnnotationPresent(JsonKey.class) || method.isAnnotationPresent(JsonValue.class));
        if (key.isRecord() && !saysHow) {
            throw new IllegalArgumentException(key.getName()
                    + " is a key of a map, which JSON can only have as a text: write @JsonValue on its only component, or"
                    + " have a list of entries instead of the map");
        }
    }

    private static String name(Class<?> type) {
        if (type.isArray()) {
            return "array";
        }
        return type.isPrimitive() || type.getName().startsWith("java.") ? type.getSimpleName() : type.getName();
    }

    /** What makes JSON of this shape illegible, or ambiguous, to one of another shape; empty if nothing does. */
    Optional<String> changeTo(Shape now) {
        return changeTo(now, "");
    }

    private Optional<String> changeTo(Shape now, String where) {
        if (!kind.equals(now.kind)) {
            return Optional.of(named(where) + " was " + kind + " and is " + now.kind);
        }
        return Stream.concat(goneOrChanged(now, where), added(now, where)).min(Comparator.naturalOrder());
    }

    private Stream<String> goneOrChanged(Shape now, String where) {
        return parts.entrySet().stream().flatMap(part -> {
            String path = path(where, part.getKey());
            Shape later = now.parts.get(part.getKey());
            return later == null ? Stream.of(named(path) + " is gone") : part.getValue().changeTo(later, path).stream();
        });
    }

    private Stream<String> added(Shape now, String where) {
        return now.parts.entrySet().stream()
                .filter(part -> !parts.containsKey(part.getKey()))
                .filter(part -> !(kind.equals(RECORD) && part.getValue().kind.equals(OPTIONAL)))
                .map(Map.Entry::getKey)
                .map(name -> named(path(where, name)) + " is new, and no Optional");
    }

    private static String path(String where, String name) {
        return where.isEmpty() || name.startsWith("<") ? where + name : where + "." + name;
    }

    private static String named(String path) {
        return path.isEmpty() ? "it" : "'" + path + "'";
    }
}
