package io.raftboot;

import io.raftboot.model.RequestId.Automatic;
import io.raftboot.model.SessionLimits;
import io.raftboot.spi.SnapshotWriter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the ids that servers made up have been forgotten, at most: all of a process up to a number, since a process numbers its
 * commands. An id beyond that has never been seen, however many others have been.
 */
final class ForgottenIds {

    /** The most processes, each a start of some server; the one that is longest without a forgotten id goes first. */
    static final int MAX_PROCESSES = 10_000;

    /** The numbers up to this one, the latest of them forgotten at this log time. */
    private record Through(String process, long number, long timeMillis) {}

    /** In the order in which ids of theirs were last forgotten. */
    private final Map<String, Through> byProcess = new LinkedHashMap<>();

    /** An id is forgotten now. */
    void add(Automatic id, long nowMillis) {
        long before = Optional.ofNullable(byProcess.remove(id.process()))
                .map(Through::number)
                .orElse(id.number());
        put(new Through(id.process(), Math.max(before, id.number()), nowMillis));
        if (byProcess.size() > MAX_PROCESSES) {
            Iterator<Through> oldestFirst = byProcess.values().iterator();
            oldestFirst.next();
            oldestFirst.remove();
        }
    }

    private void put(Through through) {
        byProcess.put(through.process(), through);
    }

    /** Whether it may be one of them. */
    boolean mayContain(Automatic id) {
        Through through = byProcess.get(id.process());
        return through != null && id.number() <= through.number();
    }

    /** Forgets processes of which no id was forgotten for so long that nobody repeats a command of theirs any more. */
    void forget(SessionLimits limits, long nowMillis) {
        Iterator<Through> oldestFirst = byProcess.values().iterator();
        while (oldestFirst.hasNext() && nowMillis - oldestFirst.next().timeMillis() >= limits.expiryMillis()) {
            oldestFirst.remove();
        }
    }

    /** Captures all of it as it is now. */
    SnapshotWriter snapshot() {
        List<Through> now = new ArrayList<>(byProcess.values());
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(now.size());
            for (Through one : now) {
                data.writeUTF(one.process());
                data.writeLong(one.number());
                data.writeLong(one.timeMillis());
            }
            data.flush();
        };
    }

    /** Reads what {@link #snapshot} wrote, and nothing behind it. */
    void read(DataInputStream in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            put(new Through(in.readUTF(), in.readLong(), in.readLong()));
        }
    }
}
