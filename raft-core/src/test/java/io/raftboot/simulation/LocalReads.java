package io.raftboot.simulation;

import io.raftboot.model.LogEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a read of a server's own state may see: the state behind some committed entry, however old. */
final class LocalReads {

    private final World world;
    private final Values reference = new Values();

    /** For each key, from which index on it had which value. */
    private final Map<String, TreeMap<Long, Long>> versions = new HashMap<>();

    LocalReads(World world) {
        this.world = world;
    }

    /** The next entry is committed. */
    void committed(LogEntry entry) {
        if (world.sessions.committed(entry) && entry instanceof LogEntry.Command command) {
            long unused = reference.change(command.command());
            String key = Registers.keyOf(command.command());
            versions.computeIfAbsent(key, k -> new TreeMap<>()).put(entry.index(), reference.read(key));
        }
    }

    /** A client has read a server's own state. */
    void read(SimulatedServer server, String key, long value) {
        long index = server.registers().lastApplied();
        Map.Entry<Long, Long> version =
                versions.getOrDefault(key, new TreeMap<>()).floorEntry(index);
        long expected = version == null ? 0 : version.getValue();
        Violation.require(
                value == expected,
                "%s reads %d for key %s behind entry %d, not %d",
                server,
                value,
                key,
                index,
                expected);
        world.coverage.saw(Seen.LOCAL_READ);
        if (index < world.checker.lastCommitted()) {
            world.coverage.saw(Seen.LOCAL_READ_OF_OLD_STATE);
        }
    }
}
