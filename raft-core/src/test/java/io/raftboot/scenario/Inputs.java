package io.raftboot.scenario;

import io.raftboot.consensus.Server;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The commands that are inputs of the consensus: time, and what clients and operators ask for. */
final class Inputs {

    /** Longer than any server waits before it campaigns, in ticks. */
    private static final int MAX_TICKS = 1000;

    private final Stage stage;
    private final Trace trace;

    Inputs(Stage stage, Trace trace) {
        this.stage = stage;
        this.trace = trace;
    }

    void register(Map<String, Consumer<Words>> commands) {
        commands.put("tick", this::tick);
        commands.put("run", this::run);
        commands.put("campaign", this::campaign);
        commands.put("elect", this::elect);
        commands.put("propose", this::propose);
        commands.put("read", this::read);
        commands.put("transfer", this::transfer);
        commands.put("change", this::change);
        commands.put("removed", this::removed);
        commands.put("unreachable", this::unreachable);
    }

    /** {@code tick n1 10}: ticks pass on one server, or with {@code *} on all of them in turn; nothing is delivered. */
    private void tick(Words words) {
        String which = words.next("a server or *");
        long count = words.number("how many ticks");
        for (long i = 0; i < count; i++) {
            if (which.equals("*")) {
                stage.running().forEach(stage::tick);
            } else {
                stage.tick(stage.free(NodeId.of(which)));
            }
        }
    }

    /** {@code run 100}: ticks pass on all servers, and everything is delivered after each. */
    private void run(Words words) {
        long count = words.number("how many ticks");
        for (long i = 0; i < count; i++) {
            stage.running().forEach(stage::tick);
            stage.stabilize(message -> true);
        }
    }

    /** {@code campaign n1}: ticks pass on that server until it asks for votes, or leads because there is nobody to ask. */
    private void campaign(Words words) {
        Server server = stage.free(words.server());
        long asked = voteRequestsOf(server);
        for (int ticks = 1; ticks <= MAX_TICKS; ticks++) {
            stage.tick(server);
            if (voteRequestsOf(server) > asked || server.role() == RaftRole.LEADER) {
                return;
            }
        }
        throw new IllegalArgumentException(server.id + " does not campaign");
    }

    private long voteRequestsOf(Server server) {
        return stage.onTheWire().stream()
                .filter(message ->
                        message instanceof RequestVote && message.from().equals(server.id))
                .count();
    }

    /** {@code elect n1}: it campaigns, and everything is delivered. */
    private void elect(Words words) {
        campaign(words);
        stage.stabilize(message -> true);
    }

    /** {@code propose n1 a b}: commands for the leader, which arrive in one turn. */
    private void propose(Words words) {
        Server server = stage.free(words.server());
        List<String> proposed = words.several("a command");
        unlessRefused(server, () -> {
            for (String command : proposed) {
                server.consensus.propose(0, Optional.empty(), command.getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    /** {@code read n1 7 8}: linearizable reads, which arrive in one turn and are told apart by their numbers. */
    private void read(Words words) {
        Server server = stage.free(words.server());
        List<String> ids = words.several("a number for the read");
        unlessRefused(server, () -> ids.forEach(id -> server.consensus.readIndex(Long.parseLong(id))));
    }

    /** {@code transfer n1 n2}: n1 hands leadership to n2, or to the best if that is left out. */
    private void transfer(Words words) {
        Server server = stage.free(words.server());
        Optional<NodeId> target = words.optionalServer();
        unlessRefused(
                server, () -> trace.step(server.id + " hands over to " + server.consensus.transferLeadership(target)));
    }

    /** {@code change n1 add n4 voter}: n1 is asked to change the members; see {@link ChangeText}. {@code force} may follow. */
    private void change(Words words) {
        Server server = stage.free(words.server());
        MembershipChange change = ChangeText.parse(words);
        boolean force = words.rest().equals(List.of("force"));
        unlessRefused(server, () -> trace.step(server.id + " begins at " + server.consensus.change(change, force)));
    }

    /** {@code removed n4}: n4 is told that it was removed, as others answer when it calls. */
    private void removed(Words words) {
        Server server = stage.free(words.server());
        server.consensus.removed();
        stage.turn(server);
    }

    /** {@code unreachable n1 n2}: n1 learns that what it sent to n2 got no answer. */
    private void unreachable(Words words) {
        Server server = stage.free(words.server());
        server.consensus.unreachable(words.server());
        stage.turn(server);
    }

    private void unlessRefused(Server server, Runnable input) {
        try {
            input.run();
            stage.turn(server);
        } catch (RaftException refusal) {
            trace.say(server.id + " refuses: " + refusal.getMessage());
        }
    }
}
