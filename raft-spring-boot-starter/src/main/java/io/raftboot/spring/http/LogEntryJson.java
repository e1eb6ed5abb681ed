package io.raftboot.spring.http;

import io.raftboot.model.Configuration;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogEntry.Command;
import io.raftboot.model.LogEntry.Membership;
import io.raftboot.model.LogEntry.NoOp;
import io.raftboot.model.RequestId;
import io.raftboot.model.SessionLimits;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * A log entry as {@code {"kind":"command","index","term","timestampMillis","requestId","command"}}, {@code {"kind":"no-op",…,"sessions"}}
 * or {@code {"kind":"membership",…,"configuration"}}. Written and read as a stream: entries are most of what travels.
 */
final class LogEntryJson {

    private static final String NO_OP = "no-op";
    private static final String COMMAND = "command";
    private static final String MEMBERSHIP = "membership";

    private LogEntryJson() {}

    static final class Writer extends StdSerializer<LogEntry> {

        Writer() {
            super(LogEntry.class);
        }

        @Override
        public void serialize(LogEntry entry, JsonGenerator json, SerializationContext context) {
            json.writeStartObject();
            json.writeStringProperty("kind", kindOf(entry));
            json.writeNumberProperty("index", entry.index());
            json.writeNumberProperty("term", entry.term());
            if (entry instanceof Command command) {
                json.writeNumberProperty("timestampMillis", command.timestampMillis());
                command.requestId().ifPresent(id -> json.writeStringProperty("requestId", id.value()));
                json.writeName("command");
                context.writeValue(json, command.command());
            } else if (entry instanceof Membership membership) {
                json.writeName("configuration");
                context.writeValue(json, membership.configuration());
            } else if (entry instanceof NoOp noOp) {
                json.writeName("sessions");
                context.writeValue(json, noOp.sessions());
            }
            json.writeEndObject();
        }

        private static String kindOf(LogEntry entry) {
            if (entry instanceof Command) {
                return COMMAND;
            }
            return entry instanceof Membership ? MEMBERSHIP : NO_OP;
        }
    }

    static final class Reader extends StdDeserializer<LogEntry> {

        Reader() {
            super(LogEntry.class);
        }

        @Override
        public LogEntry deserialize(JsonParser parser, DeserializationContext context) {
            if (parser.currentToken() != JsonToken.START_OBJECT) {
                return context.reportInputMismatch(this, "a log entry is an object");
            }
            Fields fields = new Fields();
            for (String name; (name = parser.nextName()) != null; ) {
                parser.nextToken();
                fields.take(name, parser, context);
            }
            return fields.build();
        }
    }

    /** What was read of an entry so far; the fields come in any order. */
    private static final class Fields {
        private Optional<String> kind = Optional.empty();
        private OptionalLong index = OptionalLong.empty();
        private OptionalLong term = OptionalLong.empty();
        private OptionalLong timestampMillis = OptionalLong.empty();
        private Optional<RequestId> requestId = Optional.empty();
        private Optional<byte[]> command = Optional.empty();
        private Optional<Configuration> configuration = Optional.empty();
        private Optional<SessionLimits> sessions = Optional.empty();

        void take(String name, JsonParser parser, DeserializationContext context) {
            switch (name) {
                case "kind" -> kind = Optional.of(word(parser));
                case "index" -> index = OptionalLong.of(number(parser));
                case "term" -> term = OptionalLong.of(number(parser));
                case "timestampMillis" -> timestampMillis = OptionalLong.of(number(parser));
                case "requestId" -> requestId = Optional.of(new RequestId(word(parser)));
                case "command" -> command = Optional.of(context.readValue(parser, byte[].class));
                case "configuration" -> configuration = Optional.of(context.readValue(parser, Configuration.class));
                case "sessions" -> sessions = Optional.of(context.readValue(parser, SessionLimits.class));
                default -> parser.skipChildren();
            }
        }

        LogEntry build() {
            long atIndex = required(index, "index");
            long inTerm = required(term, "term");
            String what = required(kind, "kind");
            return switch (what) {
                case NO_OP -> new NoOp(atIndex, inTerm, sessions.orElse(SessionLimits.DEFAULT));
                case COMMAND ->
                    new Command(
                            atIndex,
                            inTerm,
                            required(timestampMillis, "timestampMillis"),
                            requestId,
                            required(command, "command"));
                case MEMBERSHIP -> new Membership(atIndex, inTerm, required(configuration, "configuration"));
                // An entry of a later version: leaving it out would make the logs differ.
                default -> throw new IllegalArgumentException("a log entry of an unknown kind");
            };
        }

        private static String word(JsonParser parser) {
            require(parser, JsonToken.VALUE_STRING);
            return parser.getString();
        }

        private static long number(JsonParser parser) {
            require(parser, JsonToken.VALUE_NUMBER_INT);
            return parser.getLongValue();
        }

        private static void require(JsonParser parser, JsonToken token) {
            if (parser.currentToken() != token) {
                throw new IllegalArgumentException("a field of a log entry is no " + token);
            }
        }

        private static <T> T required(Optional<T> field, String name) {
            return field.orElseThrow(() -> new IllegalArgumentException("a log entry without " + name));
        }

        private static long required(OptionalLong field, String name) {
            return field.orElseThrow(() -> new IllegalArgumentException("a log entry without " + name));
        }
    }
}
