package io.raftboot.spring.h2;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Bytes that show whether one of them has changed: H2 has no checksum over what is in its pages, and a flipped bit comes back
 * as another value. Format number, kind, content, and a CRC32C over all of it.
 */
final class SealedRow {

    private static final byte FORMAT = 1;
    private static final int CHECKSUM_BYTES = Integer.BYTES;

    private SealedRow() {}

    /** Writes the content of a row. */
    @FunctionalInterface
    interface Writer {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /** Reads the content of a row. */
    @FunctionalInterface
    interface Reader<T> {
        T readFrom(DataInputStream in) throws IOException;
    }

    /** Reads the content of a row, which is of some kind. */
    @FunctionalInterface
    interface KindReader<T> {
        T readFrom(int kind, DataInputStream in) throws IOException;
    }

    /**
     * Seals a row.
     *
     * @param kind what the content is, so that one row is never taken for another
     */
    static byte[] seal(int kind, Writer writer) {
        return seal(kind, RowBytes.USUAL, writer);
    }

    /** The same, with room for so many bytes from the start. */
    static byte[] seal(int kind, int expectedBytes, Writer writer) {
        RowBytes bytes = new RowBytes(expectedBytes);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeByte(kind);
            writer.writeTo(out);
            out.writeInt(bytes.checksum());
        } catch (IOException e) {
            throw new UncheckedIOException("a row cannot be written", e);
        }
        return bytes.toByteArray();
    }

    /** The bytes of a row. */
    private static final class RowBytes extends ByteArrayOutputStream {

        private static final int USUAL = 128;

        RowBytes(int expected) {
            super(expected);
        }

        /** The checksum of what was written so far. */
        int checksum() {
            return SealedRow.checksum(buf, count);
        }
    }

    /** Reads a row. @throws DamagedRow if it is damaged or of another kind */
    static <T> T open(byte[] row, int kind, Reader<T> reader) {
        return openAny(row, (found, in) -> {
            if (found != kind) {
                throw new DamagedRow("it is of kind " + found + " instead of " + kind);
            }
            return reader.readFrom(in);
        });
    }

    /** Reads a row of whatever kind. @throws DamagedRow if it is damaged or of a format that this version does not know */
    static <T> T openAny(byte[] row, KindReader<T> reader) {
        int kind = kind(row);
        try (DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(row, 2, row.length - 2 - CHECKSUM_BYTES))) {
            T content = reader.readFrom(kind, in);
            if (in.available() > 0) {
                throw new DamagedRow(in.available() + " bytes too many");
            }
            return content;
        } catch (IOException | IllegalArgumentException e) {
            throw new DamagedRow("it cannot be read: " + e);
        }
    }

    private static int kind(byte[] row) {
        if (row.length < 2 + CHECKSUM_BYTES) {
            throw new DamagedRow("it has " + row.length + " bytes");
        }
        int length = row.length - CHECKSUM_BYTES;
        if (ByteBuffer.wrap(row).getInt(length) != checksum(row, length)) {
            throw new DamagedRow("its checksum is wrong");
        }
        if (row[0] != FORMAT) {
            throw new DamagedRow("its format is " + row[0] + ", this version knows " + FORMAT);
        }
        return row[1];
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /** A row is not what was written. */
    static final class DamagedRow extends RuntimeException {

        private static final long serialVersionUID = 1L;

        DamagedRow(String evidence) {
            super(evidence);
        }
    }
}
