package io.raftboot.sample;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The fields of a JSON object, in whatever order they came; what nobody asks for is left alone. Every method throws {@link
 * IllegalArgumentException} for a field that is missing or something else.
 */
record JsonFields(Map<String, Object> values) {

    /** What is in the log is read however long it is: how long a value may be was decided before. */
    static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Reads an object, and nothing after it. @throws IllegalArgumentException if the bytes are something else */
    static JsonFields of(byte[] json) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                JsonFields read = new JsonFields(object(parser));
                if (parser.nextToken() == null) {
                    return read;
                }
            }
        } catch (JacksonException unreadable) {
            throw new IllegalArgumentException("no JSON", unreadable);
        }
        throw new IllegalArgumentException("not one JSON object");
    }

    private static Map<String, Object> object(JsonParser parser) {
        Map<String, Object> read = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            read.put(name, value(parser, parser.nextToken()));
        }
        return read;
    }

    private static List<Object> array(JsonParser parser) {
        List<Object> read = new ArrayList<>();
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            read.add(value(parser, next));
        }
        return read;
    }

    private static Object value(JsonParser parser, JsonToken first) {
        return switch (first) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_STRING -> parser.getString();
            default -> first;
        };
    }

    /** A text. */
    String text(String name) {
        return value(name, String.class);
    }

    /** An integer of 64 bits. */
    long number(String name) {
        return value(name, Long.class);
    }

    /** True or false. */
    boolean flag(String name) {
        return value(name, Boolean.class);
    }

    /** A list of texts. */
    List<String> texts(String name) {
        List<?> list = value(name, List.class);
        return list.stream().map(item -> as(String.class, name, item)).toList();
    }

    /** An object. */
    JsonFields fields(String name) {
        return fieldsIfThere(name).orElseThrow(() -> missing(name));
    }

    /** An object that may be missing. */
    @SuppressWarnings("unchecked") // the only maps are those that object made
    Optional<JsonFields> fieldsIfThere(String name) {
        return Optional.ofNullable(values.get(name))
                .map(value -> new JsonFields((Map<String, Object>) as(Map.class, name, value)));
    }

    private <T> T value(String name, Class<T> type) {
        Object value = values.get(name);
        if (value == null) {
            throw missing(name);
        }
        return as(type, name, value);
    }

    private static <T> T as(Class<T> type, String name, Object value) {
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("the JSON field " + name + " is no " + type.getSimpleName());
        }
        return type.cast(value);
    }

    private static IllegalArgumentException missing(String name) {
        return new IllegalArgumentException("there is no JSON field " + name);
    }
}
