package io.raftboot.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The properties of Figure 3 over all servers, and over the whole of a test. */
public final class SafetyCheck {

    private final SortedMap<Long, NodeId> leaders = new TreeMap<>();
    private final List<LogEntry> committed = new ArrayList<>();

    /** How much of what each server has applied since its start is checked. */
    private final IdentityHashMap<Server, Integer> checked = new IdentityHashMap<>();

    public void check(Server server) {
        stateMachineSafety(server);
        if (server.role() == RaftRole.LEADER && electionSafety(server)) {
            leaderCompleteness(server);
        }
    }

    List<LogEntry> committed() {
        return List.copyOf(committed);
    }

    LogEntry committed(long index) {
        return committed.get(Math.toIntExact(index - 1));
    }

    boolean isCommitted(LogPosition position) {
        return position.index() <= committed.size()
                && committed(position.index()).term() == position.term();
    }

    /** No two servers apply different entries at one index. */
    private void stateMachineSafety(Server server) {
        int known = checked.getOrDefault(server, 0);
        for (int i = known; i < server.committed.size(); i++) {
            LogEntry applied = server.committed.get(i);
            if (applied.index() == committed.size() + 1) {
                committed.add(applied);
            }
            assertThat(applied).as("applied by %s", server).isEqualTo(committed(applied.index()));
        }
        checked.put(server, server.committed.size());
    }

    /** At most one leader in a term. @return whether it is new */
    private boolean electionSafety(Server server) {
        NodeId leader = leaders.putIfAbsent(server.consensus.currentTerm(), server.id);
        if (leader != null) {
            assertThat(server.id)
                    .as("leader of term %d", server.consensus.currentTerm())
                    .isEqualTo(leader);
        }
        return leader == null;
    }

    /** A leader has every entry that was committed in an earlier term, in its snapshot or in its log. */
    private void leaderCompleteness(Server server) {
        long firstIndex = server.consensus.firstLogIndex();
        for (LogEntry entry : committed) {
            if (entry.index() >= firstIndex && entry.term() < server.consensus.currentTerm()) {
                int at = Math.toIntExact(entry.index() - firstIndex);
                assertThat(server.log().size())
                        .as("entries of leader %s", server)
                        .isGreaterThan(at);
                assertThat(server.log().get(at))
                        .as("entry of leader %s", server)
                        .isEqualTo(entry);
            }
        }
    }
}
