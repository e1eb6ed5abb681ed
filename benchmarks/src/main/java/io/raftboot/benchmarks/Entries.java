package io.raftboot.benchmarks;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogEntry.Command;
import io.raftboot.model.RequestId;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;

/** Log entries as a cluster under load has them: commands of 256 bytes, each with an id that a server made up. */
public final class Entries {

    private static final int BYTES = 256;
    private static final long NOW = 1_700_000_000_000L;

    private Entries() {}

    /** So many entries of term 1, from an index on. */
    public static List<LogEntry> from(long first, int count) {
        Random random = new Random(first);
        return LongStream.range(first, first + count)
                .<LogEntry>mapToObj(index -> command(index, random))
                .toList();
    }

    private static Command command(long index, Random random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return command(index, bytes);
    }

    /** A command under an id of a server's making. */
    public static Command command(long index, byte[] bytes) {
        return new Command(index, 1, NOW + index, Optional.of(id(index)), bytes);
    }

    /** The id of the command at an index. */
    public static RequestId id(long index) {
        return RequestId.automatic("Y2x1c3RlcjE", index);
    }
}
