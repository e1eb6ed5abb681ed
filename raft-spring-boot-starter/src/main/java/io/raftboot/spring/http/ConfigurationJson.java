package io.raftboot.spring.http;

import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * A configuration as {@code {"members":[{"id","url"}],"voters":[…],"outgoingVoters":[…],"promotable":[…],"removed":[…]}}; the last
 * two are left out when they are empty.
 */
final class ConfigurationJson {

    private ConfigurationJson() {}

    private record Wire(
            List<Member> members,
            List<NodeId> voters,
            List<NodeId> outgoingVoters,
            Optional<List<NodeId>> promotable,
            Optional<List<NodeId>> removed) {}

    static final class Writer extends StdSerializer<Configuration> {

        Writer() {
            super(Configuration.class);
        }

        @Override
        public void serialize(Configuration value, JsonGenerator json, SerializationContext context) {
            Wire wire = new Wire(
                    List.copyOf(value.members().values()),
                    List.copyOf(value.voters()),
                    List.copyOf(value.outgoingVoters()),
                    unlessEmpty(value.promotable()),
                    unlessEmpty(value.removed()));
            context.writeValue(json, wire);
        }

        private static Optional<List<NodeId>> unlessEmpty(Collection<NodeId> ids) {
            return ids.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(ids));
        }
    }

    static final class Reader extends StdDeserializer<Configuration> {

        Reader() {
            super(Configuration.class);
        }

        @Override
        public Configuration deserialize(JsonParser parser, DeserializationContext context) {
            Wire wire = context.readValue(parser, Wire.class);
            SortedMap<NodeId, Member> members = new TreeMap<>();
            for (Member member : wire.members()) {
                if (members.put(member.id(), member) != null) {
                    throw new IllegalArgumentException("the id " + member.id() + " occurs twice");
                }
            }
            return new Configuration(
                    members,
                    new TreeSet<>(wire.voters()),
                    new TreeSet<>(wire.outgoingVoters()),
                    new TreeSet<>(wire.promotable().orElse(List.of())),
                    new TreeSet<>(wire.removed().orElse(List.of())));
        }
    }
}
