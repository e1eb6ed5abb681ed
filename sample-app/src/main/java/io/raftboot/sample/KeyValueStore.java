package io.raftboot.sample;

import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The replicated state: keys in their order, each with its value and revision. It uses nothing but the commands and their
 * indexes, no clock, no randomness and no hash order, so it is the same on every server.
 *
 * <p>Bytes that are no command stop the server: to skip what a newer version has understood would make the servers differ.
 */
final class KeyValueStore implements StateMachine {

    private final CommandCodec commands = new CommandCodec();
    private final JsonCodec codec = new JsonCodec();
    private NavigableMap<String, Entry> entries = new TreeMap<>();

    @Override
    public byte[] apply(CommandContext context, byte[] command) {
        return commands.encode(apply(context.index(), commands.command(command)));
    }

    private CommandResult apply(long index, Command command) {
        CommandResult result = command.on(Optional.ofNullable(entries.get(command.key())));
        command.written(result, index).ifPresent(entry -> entries.put(entry.key(), entry));
        if (result instanceof CommandResult.Deleted) {
            entries.remove(command.key());
        }
        return result;
    }

    @Override
    public byte[] query(byte[] query) {
        Query<?> question = codec.decode(query, Query.class);
        return codec.encode(question.on(entries));
    }

    /**
     * Captures the state as an array of references to the entries, which never change: no key or value is copied, and
     * commands go on while it is written. The walk through the map takes less than a tenth of a second per million keys, on the
     * apply thread, where it holds up no heartbeat. A persistent tree would be captured in no time at all; every command would
     * pay for that with a path of new nodes, and a snapshot is taken once in a hundred thousand commands.
     */
    @Override
    public SnapshotWriter snapshot() {
        List<Entry> captured = List.copyOf(entries.values());
        return out -> codec.writeAll(captured, out);
    }

    /** Replaces the state, all of it or, if the snapshot cannot be read, nothing. */
    @Override
    public void restore(InputStream snapshot) throws IOException {
        NavigableMap<String, Entry> restored = new TreeMap<>();
        codec.readAll(snapshot, Entry.class, entry -> restored.put(entry.key(), entry));
        entries = restored;
    }
}
