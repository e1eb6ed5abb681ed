package io.raftboot.spring.h2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A write as it stands in the {@link LogJournal}.
 *
 * @param head which write it is
 * @param incarnation of the server whose it is
 * @param batch what was written
 */
record JournalRecord(Head head, String incarnation, WriteBatch batch) {

    private static final int KIND = 19;
    private static final int HEAD_OFFSET = 2;

    /** What a record has beside its entries, as long as it has no new base. */
    private static final int HEAD_BYTES = 256;

    /** What a record that cannot be read may still say of itself: it stands at the beginning, in one sector with the length. */
    record Head(long after, long sequence) {

        static final int BYTES = HEAD_OFFSET + 2 * Long.BYTES;

        /** What the first bytes of a row say, whether it is damaged or not. */
        static Head peek(byte[] bytes, int start) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new Head(buffer.getLong(start + HEAD_OFFSET), buffer.getLong(start + HEAD_OFFSET + Long.BYTES));
        }
    }

    /** @param rows what the entries of the batch are in the database */
    static byte[] seal(Head head, String incarnation, WriteBatch batch, List<byte[]> rows) {
        int bytes = HEAD_BYTES
                + rows.stream().mapToInt(row -> Integer.BYTES + row.length).sum();
        return SealedRow.seal(KIND, bytes, out -> {
            out.writeLong(head.after());
            out.writeLong(head.sequence());
            out.writeUTF(incarnation);
            writeOptional(out, batch.base().map(Rows::ofBase));
            writeHardState(out, batch.hardState());
            out.writeBoolean(batch.truncateFrom().isPresent());
            out.writeLong(batch.truncateFrom().orElse(0));
            out.writeInt(rows.size());
            for (byte[] row : rows) {
                writeBytes(out, row);
            }
        });
    }

    /** Whether a row that begins there would be a record of this server, if it is one at all. */
    static boolean mayBegin(byte[] bytes, int start, String incarnation) {
        byte[] name = incarnation.getBytes(UTF_8);
        int nameStart = start + Head.BYTES + Short.BYTES;
        return nameStart + name.length <= bytes.length
                && bytes[start + 1] == KIND
                && Arrays.equals(bytes, nameStart, nameStart + name.length, name, 0, name.length);
    }

    /** @throws DamagedRow if it is not a record as it was written */
    static JournalRecord open(byte[] row) {
        return SealedRow.open(
                row,
                KIND,
                in -> new JournalRecord(new Head(in.readLong(), in.readLong()), in.readUTF(), readBatch(in)));
    }

    private static WriteBatch readBatch(DataInputStream in) throws IOException {
        Optional<SnapshotMetadata> base = readOptional(in).map(Rows::toBase);
        Optional<HardState> hardState = readHardState(in);
        OptionalLong truncateFrom = in.readBoolean() ? OptionalLong.of(in.readLong()) : skipped(in.readLong());
        List<LogEntry> entries = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            entries.add(Rows.toEntry(readBytes(in)));
        }
        return new WriteBatch(base, hardState, truncateFrom, entries);
    }

    private static OptionalLong skipped(long unused) {
        return OptionalLong.empty();
    }

    private static void writeHardState(DataOutputStream out, Optional<HardState> hardState) throws IOException {
        out.writeBoolean(hardState.isPresent());
        if (hardState.isPresent()) {
            out.writeLong(hardState.get().currentTerm());
            out.writeUTF(hardState.get().votedFor().map(NodeId::value).orElse(""));
        }
    }

    private static Optional<HardState> readHardState(DataInputStream in) throws IOException {
        if (!in.readBoolean()) {
            return Optional.empty();
        }
        long term = in.readLong();
        String votedFor = in.readUTF();
        return Optional.of(
                new HardState(term, votedFor.isEmpty() ? Optional.empty() : Optional.of(NodeId.of(votedFor))));
    }

    private static void writeOptional(DataOutputStream out, Optional<byte[]> row) throws IOException {
        out.writeBoolean(row.isPresent());
        if (row.isPresent()) {
            writeBytes(out, row.get());
        }
    }

    private static Optional<byte[]> readOptional(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(readBytes(in)) : Optional.empty();
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException(length + " bytes announced, " + in.available() + " there");
        }
        return in.readNBytes(length);
    }
}
