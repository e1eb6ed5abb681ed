package io.raftboot.scenario;

import io.raftboot.consensus.Consensus;
import io.raftboot.consensus.Server;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a command printed. */
final class Trace {

    private record State(RaftRole role, long term, Optional<NodeId> leader, long commit) {

        static State of(Consensus consensus) {
            return new State(consensus.role(), consensus.currentTerm(), consensus.leaderId(), consensus.commitIndex());
        }

        @Override
        public String toString() {
            return role + " term " + term + leader.map(id -> " leader " + id).orElse("") + " commit " + commit;
        }
    }

    /** How much is printed. */
    enum Level {
        EVERYTHING,
        /** Every change of role, term, leader and commit index, and answers. */
        CHANGES,
        /** What has changed in the end, and answers. */
        OUTCOME
    }

    private final SortedMap<NodeId, State> states = new TreeMap<>();

    /** The servers that may have changed and were not printed. */
    private final SortedMap<NodeId, Server> waiting = new TreeMap<>();

    private List<String> lines = new ArrayList<>();
    private Level level = Level.EVERYTHING;

    void level(Level newLevel) {
        level = newLevel;
        waiting.values().forEach(this::changes);
        waiting.clear();
    }

    /** Something happened that matters to who reads every step. */
    void step(String line) {
        if (level == Level.EVERYTHING) {
            lines.add(line);
        }
    }

    /** Something is said in any case. */
    void say(String line) {
        lines.add(line);
    }

    /** A server is set up: what it is, is no change. */
    void begins(Server server) {
        states.put(server.id, State.of(server.consensus));
    }

    /** A server is back: what it is, is said. */
    void returns(Server server) {
        states.remove(server.id);
        changes(server);
    }

    void changes(Server server) {
        State state = State.of(server.consensus);
        if (level == Level.OUTCOME) {
            waiting.put(server.id, server);
        } else if (!state.equals(states.put(server.id, state))) {
            say(server.id + " is " + state);
        }
    }

    /** What was printed since the last call. */
    List<String> take() {
        List<String> taken = lines;
        lines = new ArrayList<>();
        return taken;
    }
}
