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

/** A state of any size that costs next to nothing beside its values: a value under each of a million numbers. */
final class Blobs implements StateMachine {

    /** How many values there may be. */
    static final int KEYS = 1_000_000;

    private static final byte[] NOTHING = {};

    private byte[][] values = new byte[KEYS][];

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
        values[ByteBuffer.wrap(command).getInt() % KEYS] = command;
        return NOTHING;
    }

    /** The value under a number, with its number in front. */
    @Override
    public byte[] query(byte[] query) {
        byte[] value = values[ByteBuffer.wrap(query).getInt() % KEYS];
        return value == null ? NOTHING : value;
    }

    @Override
    public SnapshotWriter snapshot() {
        byte[][] captured = values.clone();
        return out -> write(captured, out);
    }

    private static void write(byte[][] captured, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        for (byte[] value : captured) {
            data.writeInt(value == null ? 0 : value.length);
            data.write(value == null ? NOTHING : value);
        }
    }

    @Override
    public void restore(InputStream snapshot) throws IOException {
        DataInputStream data = new DataInputStream(snapshot);
        byte[][] restored = new byte[KEYS][];
        for (int key = 0; key < KEYS; key++) {
            int length = data.readInt();
            restored[key] = length == 0 ? null : data.readNBytes(length);
        }
        values = restored;
    }
}
