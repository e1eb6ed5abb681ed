package io.raftboot.spring.typed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.springframework.core.ResolvableType;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;

/**
 * The commands that a state machine can apply, and what their records look like; to be remembered beside the log, so that a later version
 * of the application that could not apply what is in it does not start. Immutable.
 */
public final class CommandTypes {

    private static final int FORMAT = 1;

    /** As it is remembered. */
    private record Content(int format, List<Entry> types) {}

    private record Entry(String name, int version, Shape shape) {

        TypeName type() {
            return new TypeName(name, version);
        }
    }

    private final SortedMap<TypeName, Shape> shapes;
    private final Set<TypeName> retired;

    private CommandTypes(SortedMap<TypeName, Shape> shapes, Set<TypeName> retired) {
        this.shapes = shapes;
        this.retired = retired;
    }

    static CommandTypes of(Stream<Class<?>> records, Collection<TypeName> retired) {
        SortedMap<TypeName, Shape> shapes = new TreeMap<>();
        records.forEach(record -> shapes.put(TypeName.of(record), Shape.of(ResolvableType.forClass(record))));
        return new CommandTypes(shapes, Set.copyOf(retired));
    }

    /**
     * Compares itself with what was remembered when the log was used last.
     *
     * @param remembered what this method gave then; empty if there was no last time
     * @return what is to be remembered, durably, before the log is used with these types
     * @throws IncompatibleCommandTypes if a type is gone that is not retired, or has changed, or what was remembered is illegible
     */
    public byte[] reconcile(Optional<byte[]> remembered) {
        remembered.map(CommandTypes::parse).ifPresent(types -> types.forEach(this::requireCompatible));
        List<Entry> types = new ArrayList<>();
        shapes.forEach((type, shape) -> types.add(new Entry(type.name(), type.version(), shape)));
        return TypedJson.MAPPER
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsBytes(new Content(FORMAT, types));
    }

    private void requireCompatible(TypeName type, Shape before) {
        Shape now = shapes.get(type);
        if (now == null && !retired.contains(type)) {
            throw IncompatibleCommandTypes.gone(type);
        }
        if (now != null) {
            before.changeTo(now).ifPresent(change -> {
                throw IncompatibleCommandTypes.changed(type, change);
            });
        }
    }

    private static Map<TypeName, Shape> parse(byte[] json) {
        try {
            Content content = TypedJson.MAPPER.readValue(json, Content.class);
            if (content == null || content.format() != FORMAT) {
                throw IncompatibleCommandTypes.illegible("this version reads format " + FORMAT + " only");
            }
            Map<TypeName, Shape> parsed = new TreeMap<>();
            content.types().forEach(entry -> parsed.put(entry.type(), entry.shape()));
            return parsed;
        } catch (JacksonException | IllegalArgumentException e) {
            throw IncompatibleCommandTypes.illegible(e.toString());
        }
    }
}
