package io.raftboot.spring.h2;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The bytes of everything that is in the database. Numbers are big-endian, text is Java's modified UTF-8. */
final class Rows {

    private static final int NO_OP = 1;
    private static final int COMMAND = 2;
    private static final int MEMBERSHIP = 3;

    /** What a command has beside its bytes, with a usual request id. */
    private static final int COMMAND_BYTES = 96;

    private static final int STATE = 16;
    private static final int BASE = 17;
    private static final int IDENTITY = 18;

    private Rows() {}

    static byte[] ofEntry(LogEntry entry) {
        if (entry instanceof LogEntry.Command command) {
            return SealedRow.seal(COMMAND, COMMAND_BYTES + command.command().length, out -> {
                writePosition(out, command.index(), command.term());
                out.writeLong(command.timestampMillis());
                writeOptional(out, command.requestId().map(RequestId::value));
                out.writeInt(command.command().length);
                out.write(command.command());
            });
        }
        if (entry instanceof LogEntry.Membership membership) {
            return SealedRow.seal(MEMBERSHIP, out -> {
                writePosition(out, membership.index(), membership.term());
                writeConfiguration(out, membership.configuration());
            });
        }
        LogEntry.NoOp noOp = (LogEntry.NoOp) entry;
        return SealedRow.seal(NO_OP, out -> {
            writePosition(out, noOp.index(), noOp.term());
            out.writeInt(noOp.sessions().maxIds());
            out.writeLong(noOp.sessions().expiryMillis());
            out.writeLong(noOp.sessions().maxResultBytes());
        });
    }

    /** @throws DamagedRow if it is not an entry as it was written */
    static LogEntry toEntry(byte[] row) {
        return SealedRow.openAny(row, (kind, in) -> switch (kind) {
            case NO_OP -> readNoOp(in);
            case COMMAND -> readCommand(in);
            case MEMBERSHIP -> new LogEntry.Membership(in.readLong(), in.readLong(), readConfiguration(in));
            default -> throw new DamagedRow("it is of kind " + kind + " and no log entry");
        });
    }

    /** A row that an earlier version wrote ends without limits. */
    private static LogEntry readNoOp(DataInputStream in) throws IOException {
        long index = in.readLong();
        long term = in.readLong();
        return in.available() == 0
                ? new LogEntry.NoOp(index, term)
                : new LogEntry.NoOp(index, term, new SessionLimits(in.readInt(), in.readLong(), in.readLong()));
    }

    private static LogEntry readCommand(DataInputStream in) throws IOException {
        return new LogEntry.Command(
                in.readLong(), in.readLong(), in.readLong(), readOptional(in).map(RequestId::new), readBytes(in));
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length != in.available()) {
            throw new IOException(length + " bytes announced, " + in.available() + " there");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes); // readAllBytes() makes a buffer of 8 KB for it first
        return bytes;
    }

    static byte[] ofState(LogState state) {
        return SealedRow.seal(STATE, out -> {
            out.writeLong(state.sequence());
            out.writeLong(state.hardState().currentTerm());
            writeOptional(out, state.hardState().votedFor().map(NodeId::value));
            writePosition(out, state.base().index(), state.base().term());
            writePosition(out, state.last().index(), state.last().term());
        });
    }

    /** @throws DamagedRow if it is not a state as it was written */
    static LogState toState(byte[] row) {
        return SealedRow.open(row, STATE, in -> {
            long sequence = in.readLong();
            HardState hardState = new HardState(in.readLong(), readOptional(in).map(NodeId::new));
            LogPosition base = new LogPosition(in.readLong(), in.readLong());
            return new LogState(sequence, hardState, base, new LogPosition(in.readLong(), in.readLong()));
        });
    }

    static byte[] ofBase(SnapshotMetadata base) {
        return SealedRow.seal(BASE, out -> {
            writePosition(out, base.lastIncludedIndex(), base.lastIncludedTerm());
            writeConfiguration(out, base.configuration());
        });
    }

    /** @throws DamagedRow if it is not a base as it was written */
    static SnapshotMetadata toBase(byte[] row) {
        return SealedRow.open(
                row, BASE, in -> new SnapshotMetadata(in.readLong(), in.readLong(), readConfiguration(in)));
    }

    static byte[] ofIdentity(Identity identity) {
        return SealedRow.seal(IDENTITY, out -> {
            out.writeUTF(identity.clusterId());
            out.writeUTF(identity.clusterName());
            out.writeUTF(identity.nodeId().value());
            out.writeUTF(identity.incarnation());
        });
    }

    /** @throws DamagedRow if it is not an identity as it was written */
    static Identity toIdentity(byte[] row) {
        return SealedRow.open(
                row, IDENTITY, in -> new Identity(in.readUTF(), in.readUTF(), NodeId.of(in.readUTF()), in.readUTF()));
    }

    private static void writePosition(DataOutputStream out, long index, long term) throws IOException {
        out.writeLong(index);
        out.writeLong(term);
    }

    private static void writeOptional(DataOutputStream out, Optional<String> text) throws IOException {
        out.writeBoolean(text.isPresent());
        if (text.isPresent()) {
            out.writeUTF(text.get());
        }
    }

    private static Optional<String> readOptional(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(in.readUTF()) : Optional.empty();
    }

    private static void writeConfiguration(DataOutputStream out, Configuration configuration) throws IOException {
        out.writeInt(configuration.members().size());
        for (Member member : configuration.members().values()) {
            out.writeUTF(member.id().value());
            out.writeUTF(member.url().toString());
        }
        writeIds(out, configuration.voters());
        writeIds(out, configuration.outgoingVoters());
        writeIds(out, configuration.promotable());
        writeIds(out, configuration.removed());
    }

    private static Configuration readConfiguration(DataInputStream in) throws IOException {
        TreeMap<NodeId, Member> members = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            Member member = new Member(NodeId.of(in.readUTF()), URI.create(in.readUTF()));
            members.put(member.id(), member);
        }
        return new Configuration(members, readIds(in), readIds(in), readIds(in), readIds(in));
    }

    private static void writeIds(DataOutputStream out, Collection<NodeId> ids) throws IOException {
        out.writeInt(ids.size());
        for (NodeId id : ids) {
            out.writeUTF(id.value());
        }
    }

    private static SortedSet<NodeId> readIds(DataInputStream in) throws IOException {
        List<NodeId> ids = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            ids.add(NodeId.of(in.readUTF()));
        }
        return new TreeSet<>(ids);
    }
}
