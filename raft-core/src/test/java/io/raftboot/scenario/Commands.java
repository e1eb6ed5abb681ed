package io.raftboot.scenario;

import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a scenario can tell the cluster to do: a name and a method each, in groups. */
final class Commands {

    private final Trace trace;
    private final SortedMap<String, Consumer<Words>> commands = new TreeMap<>();

    Commands(Trace trace) {
        this.trace = trace;
        Stage stage = new Stage(trace);
        commands.put("quietly", this::quietly);
        commands.put("briefly", this::briefly);
        new Machines(stage, trace).register(commands);
        new Inputs(stage, trace).register(commands);
        new Wires(stage).register(commands);
        new SnapshotCommands(stage).register(commands);
    }

    /** The names of all commands. */
    Set<String> names() {
        return commands.keySet();
    }

    /** Carries out a line. @throws IllegalArgumentException if it makes no sense */
    void execute(String line) {
        execute(new Words(line));
    }

    private void execute(Words words) {
        String name = words.next("a command");
        Optional.ofNullable(commands.get(name))
                .orElseThrow(() -> new IllegalArgumentException("no command " + name + "; there are " + names()))
                .accept(words);
        words.end();
    }

    /** {@code quietly COMMAND}: only what has changed in the end is printed. */
    private void quietly(Words words) {
        at(Trace.Level.OUTCOME, words);
    }

    /** {@code briefly COMMAND}: only changes of role, term, leader and commit index are printed, each of them. */
    private void briefly(Words words) {
        at(Trace.Level.CHANGES, words);
    }

    private void at(Trace.Level level, Words words) {
        trace.level(level);
        execute(words);
        trace.level(Trace.Level.EVERYTHING);
    }
}
