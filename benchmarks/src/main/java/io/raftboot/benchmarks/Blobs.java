package io.raftboot.benchmarks;

import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A state of any size that costs next to nothing beside its values: a value under each number up to the largest one written. */
final class Blobs implements StateMachine {

    private static final byte[] NOTHING = {};
    private static final int FEW = 1 << 10;

    private byte[][] values = new byte[FEW][];

    /** The command that puts this many bytes under a number. */
    static byte[] put(int key, int bytes) {
        return ByteBuffer.allocate(Integer.BYTES + bytes).putInt(key).array();
    }

    /** The query for what is under a number. */
    static byte[] get(int key) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(key).array();
    }

    @Override
    public byte[] apply(CommandContext context, byte[] command) {
        int key = ByteBuffer.wrap(command).getInt();
        if (key >= values.length) {
            values = Arrays.copyOf(values, Math.max(key + 1, 2 * values.length));
        }
        values[key] = command;
        return NOTHING;
    }

    /** The value under a number, with its number in front. */
    @Override
    public byte[] query(byte[] query) {
        int key = ByteBuffer.wrap(query).getInt();
        return key < values.length && values[key] != null ? values[key] : NOTHING;
    }

    @Override
    public SnapshotWriter snapshot() {
        byte[][] captured = values.clone();
        return out -> write(captured, out);
    }

    private static void write(byte[][] captured, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(captured.length);
        for (byte[] value : captured) {
            data.writeInt(value == null ? 0 : value.length);
            data.write(value == null ? NOTHING : value);
        }
    }

    @Override
    public void restore(InputStream snapshot) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        byte[][] restored = new byte[data.readInt()][];
        for (int key = 0; key < restored.length; key++) {
            int length = data.readInt();
            restored[key] = length == 0 ? null : data.readNBytes(length);
        }
        values = restored;
    }
}
