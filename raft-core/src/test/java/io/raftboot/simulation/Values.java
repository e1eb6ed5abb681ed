package io.raftboot.simulation;

import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** The application: a number for each key, 0 at first. */
final class Values implements StateMachine {

    private final Map<Integer, Long> values = new TreeMap<>();

    long read(String key) {
        return read(Integer.parseInt(key));
    }

    private long read(int key) {
        return values.getOrDefault(key, 0L);
    }

    /** Carries out a command. @return the value it leads to */
    long change(byte[] command) {
        ByteBuffer buffer = ByteBuffer.wrap(command);
        boolean isIncrement = buffer.get() == 1;
        int key = buffer.getInt();
        long value = buffer.getLong();
        long result = isIncrement ? read(key) + 1 : value;
        values.put(key, result);
        return result;
    }

    @Override
    public byte[] apply(CommandContext context, byte[] command) {
        return ByteBuffer.allocate(Long.BYTES).putLong(change(command)).array();
    }

    @Override
    public byte[] query(byte[] query) {
        throw new UnsupportedOperationException("it is read directly");
    }

    @Override
    public SnapshotWriter snapshot() {
        Map<Integer, Long> captured = new TreeMap<>(values);
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(captured.size());
            for (Map.Entry<Integer, Long> value : captured.entrySet()) {
                data.writeInt(value.getKey());
                data.writeLong(value.getValue());
            }
        };
    }

    @Override
    public void restore(InputStream snapshot) throws IOException {
        values.clear();
        DataInputStream data = new DataInputStream(snapshot);
        for (int left = data.readInt(); left > 0; left--) {
            values.put(data.readInt(), data.readLong());
        }
    }
}
