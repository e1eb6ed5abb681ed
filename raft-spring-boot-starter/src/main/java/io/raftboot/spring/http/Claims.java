package io.raftboot.spring.http;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Servers of other clusters that take this one for a member of theirs: mostly it was one, and has founded a cluster anew on an
 * empty disk. They are refused, and the operator of this server is told. It cannot know which side is wrong, so nothing else
 * changes: a stray server must not take a healthy one out of service by calling it. Any thread.
 */
final class Claims {

    /** The most callers that are named; of more, those that were the first. */
    static final int MAX_CALLERS = Configuration.MAX_MEMBERS;

    /** For how long a claim is told after the last call that made it; a leader calls many times a second. */
    static final Duration MEMORY = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    private final LongSupplier nanoTime;
    private final Map<NodeId, Claim> claims = new LinkedHashMap<>();

    private record Claim(String clusterId, long atNanos) {}

    /** @param nanoTime a clock of which only differences mean anything */
    Claims(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A call for this very server, as a member of another cluster. While it waits to be added, it is of none. */
    void note(CallHeaders call, Identity self) {
        if (!self.clusterId().isEmpty() && isNew(call)) {
            log.warn(
                    "{} takes this server for a member of its cluster {}, but it is one of {}: was its data directory lost, and a "
                            + "cluster founded anew? Then stop it, empty the directory, and start it with raft.join=true",
                    call.from(),
                    call.clusterId(),
                    self.clusterId());
        }
    }

    private synchronized boolean isNew(CallHeaders call) {
        Claim claim = new Claim(call.clusterId(), nanoTime.getAsLong());
        Claim last = claims.put(call.from(), claim);
        if (claims.size() > MAX_CALLERS) {
            Iterator<NodeId> first = claims.keySet().iterator();
            first.next();
            first.remove();
        }
        return last == null || !last.clusterId().equals(claim.clusterId());
    }

    /** Who has said so lately, and for which cluster. */
    synchronized SortedMap<NodeId, String> recent() {
        long now = nanoTime.getAsLong();
        SortedMap<NodeId, String> recent = new TreeMap<>();
        claims.forEach((caller, claim) -> {
            if (now - claim.atNanos() <= MEMORY.toNanos()) {
                recent.put(caller, "it takes this server for a member of its cluster " + claim.clusterId());
            }
        });
        return recent;
    }
}
