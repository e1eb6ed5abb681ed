package io.raftboot.scenario;

import io.raftboot.consensus.Fixtures;
import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The commands about servers and what is on their disks. */
final class Machines {

    private final Stage stage;
    private final Trace trace;

    Machines(Stage stage, Trace trace) {
        this.stage = stage;
        this.trace = trace;
    }

    void register(Map<String, Consumer<Words>> commands) {
        commands.put("cluster", this::cluster);
        commands.put("log", this::log);
        commands.put("term", this::term);
        commands.put("hold", this::hold);
        commands.put("persist", this::persist);
        commands.put("release", this::release);
        commands.put("crash", this::crash);
        commands.put("restart", this::restart);
        commands.put("status", this::status);
        commands.put("logs", this::logs);
    }

    /** {@code cluster n1 n2 joining n3}: a new cluster of voters, and beside them servers that wait to be added. */
    private void cluster(Words words) {
        stage.clear();
        List<NodeId> voters = words.until("joining").stream().map(NodeId::of).toList();
        Configuration configuration =
                Configuration.ofVoters(voters.stream().map(Fixtures::member).toList());
        voters.forEach(id -> stage.add(id, configuration));
        words.rest().forEach(id -> stage.add(NodeId.of(id), Configuration.empty()));
    }

    /** {@code log n1 1 1 2}: a log of entries with these terms, see {@link EntryText}. */
    private void log(Words words) {
        NodeId id = words.server();
        List<LogEntry> entries = EntryText.parse(words.rest());
        stage.edit(id, state -> EntryText.withLog(state, entries));
    }

    /** {@code term n1 7 n2}: in that term, having voted for that server, or for none if it is left out. */
    private void term(Words words) {
        NodeId id = words.server();
        HardState hardState = new HardState(words.number("a term"), words.optionalServer());
        stage.edit(id, state -> EntryText.withHardState(state, hardState));
    }

    /** {@code hold n1}: its disk takes no write until it is told to. */
    private void hold(Words words) {
        stage.holdDisk(words.server());
    }

    /** {@code persist n1}: what it waits to write becomes durable. */
    private void persist(Words words) {
        stage.persist(words.server());
    }

    /** {@code release n1}: its disk works again. */
    private void release(Words words) {
        stage.releaseDisk(words.server());
    }

    /** {@code crash n1}: it stops, and what its disk did not take is lost. */
    private void crash(Words words) {
        stage.crash(words.server());
    }

    /** {@code restart n1}: it starts with what its disk holds. */
    private void restart(Words words) {
        stage.restart(words.server());
    }

    /** {@code status n1}: what one server knows, or each. */
    private void status(Words words) {
        Optional<NodeId> which = words.optionalServer();
        stage.running().stream()
                .filter(server -> which.map(server.id::equals).orElse(true))
                .map(server -> server.toString().replaceAll("LogPosition\\[index=(\\d+), term=(\\d+)]", "$1:$2"))
                .forEach(trace::say);
    }

    /** {@code logs}: what the disks hold. */
    private void logs(Words words) {
        stage.all().forEach(id -> trace.say(id + " " + Text.of(stage.disk(id).entries())));
    }
}
