package io.raftboot.sample;

import io.raftboot.sample.Command.Delete;
import io.raftboot.sample.Command.Increment;
import io.raftboot.sample.Command.Put;
import io.raftboot.sample.CommandResult.Counted;
import io.raftboot.sample.CommandResult.Deleted;
import io.raftboot.sample.CommandResult.Reason;
import io.raftboot.sample.CommandResult.Refused;
import io.raftboot.sample.CommandResult.Stored;
import io.raftboot.sample.Precondition.Tags;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Commands and what came of them as JSON in UTF-8, written out field by field. Every server does this once for every entry of
 * the log, and one that starts does it a hundred thousand times before it is warm: databinding, which has far more code to be
 * compiled, takes three times as long there. The names are in every log that exists: they are not to be changed. Callable from any thread.
 */
final class CommandCodec {

    private static final int USUAL_BYTES = 512;

    /** What {@link #command} reads. */
    byte[] encode(Command command) {
        return object(out -> {
            if (command instanceof Put put) {
                out.writeStringProperty("type", "put");
                out.writeStringProperty("key", put.key());
                out.writeStringProperty("value", put.value());
                write(out, put.precondition());
            } else if (command instanceof Delete delete) {
                out.writeStringProperty("type", "delete");
                out.writeStringProperty("key", delete.key());
                write(out, delete.precondition());
            } else if (command instanceof Increment increment) {
                out.writeStringProperty("type", "increment");
                out.writeStringProperty("key", increment.key());
                out.writeNumberProperty("by", increment.by());
                write(out, increment.precondition());
            }
        });
    }

    private static void write(JsonGenerator out, Precondition precondition) {
        out.writeObjectPropertyStart("precondition");
        precondition.ifMatch().ifPresent(tags -> write(out, "ifMatch", tags));
        precondition.ifNoneMatch().ifPresent(tags -> write(out, "ifNoneMatch", tags));
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String name, Tags tags) {
        out.writeObjectPropertyStart(name);
        out.writeBooleanProperty("any", tags.any());
        out.writeArrayPropertyStart("values");
        tags.values().forEach(out::writeString);
        out.writeEndArray();
        out.writeEndObject();
    }

    /** The command that was encoded. @throws IllegalArgumentException if the bytes are something else */
    Command command(byte[] json) {
        JsonFields fields = JsonFields.of(json);
        String key = fields.text("key");
        Precondition precondition = precondition(fields.fields("precondition"));
        return switch (fields.text("type")) {
            case "put" -> new Put(key, fields.text("value"), precondition);
            case "delete" -> new Delete(key, precondition);
            case "increment" -> new Increment(key, fields.number("by"), precondition);
            default -> throw new IllegalArgumentException("no such command: " + fields.text("type"));
        };
    }

    private static Precondition precondition(JsonFields fields) {
        return new Precondition(tags(fields, "ifMatch"), tags(fields, "ifNoneMatch"));
    }

    private static Optional<Tags> tags(JsonFields fields, String name) {
        return fields.fieldsIfThere(name).map(tags -> new Tags(tags.flag("any"), tags.texts("values")));
    }

    /** What {@link #result} reads. */
    byte[] encode(CommandResult result) {
        return object(out -> {
            if (result instanceof Stored) {
                out.writeStringProperty("type", "stored");
            } else if (result instanceof Counted counted) {
                out.writeStringProperty("type", "counted");
                out.writeStringProperty("value", counted.value());
            } else if (result instanceof Deleted) {
                out.writeStringProperty("type", "deleted");
            } else if (result instanceof Refused refused) {
                out.writeStringProperty("type", "refused");
                out.writeStringProperty("reason", refused.reason().name());
            }
        });
    }

    /** The result that was encoded. @throws IllegalArgumentException if the bytes are something else */
    CommandResult result(byte[] json) {
        JsonFields fields = JsonFields.of(json);
        return switch (fields.text("type")) {
            case "stored" -> new Stored();
            case "counted" -> new Counted(fields.text("value"));
            case "deleted" -> new Deleted();
            case "refused" -> new Refused(Reason.valueOf(fields.text("reason")));
            default -> throw new IllegalArgumentException("no such result: " + fields.text("type"));
        };
    }

    private static byte[] object(Consumer<JsonGenerator> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = JsonFields.JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            fields.accept(out);
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }
}
