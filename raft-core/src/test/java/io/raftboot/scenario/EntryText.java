package io.raftboot.scenario;

import io.raftboot.consensus.Fixtures;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The entries of a log that is prepared by hand: {@code 2} is a command of term 2, {@code 2{n1,n2}} a configuration of these
 * voters, {@code 2{n1,n2>n1,n2,n3}} a joint one on its way from the first voters to the second.
 */
final class EntryText {

    private static final Pattern FORM = Pattern.compile("(\\d+)(?:\\{([^>}]+)(?:>([^>}]+))?})?");

    private EntryText() {}

    static List<LogEntry> parse(List<String> words) {
        List<LogEntry> entries = new ArrayList<>();
        for (String word : words) {
            entries.add(parse(entries.size() + 1, word));
        }
        return entries;
    }

    private static LogEntry parse(long index, String word) {
        Matcher entry = FORM.matcher(word);
        if (!entry.matches()) {
            throw new IllegalArgumentException("no log entry is written " + word);
        }
        long term = Long.parseLong(entry.group(1));
        Optional<List<NodeId>> first = Optional.ofNullable(entry.group(2)).map(EntryText::servers);
        Optional<List<NodeId>> second = Optional.ofNullable(entry.group(3)).map(EntryText::servers);
        return first.<LogEntry>map(voters -> new LogEntry.Membership(
                        index,
                        term,
                        second.map(incoming -> Fixtures.joint(incoming, voters))
                                .orElseGet(() -> Fixtures.joint(voters, List.of()))))
                .orElseGet(() -> new LogEntry.Command(index, term, 0, Optional.empty(), new byte[0]));
    }

    private static List<NodeId> servers(String text) {
        return Arrays.stream(text.split(",", -1)).map(NodeId::of).toList();
    }

    /** With another log, and at least in the term it ends in. */
    static PersistedState withLog(PersistedState state, List<LogEntry> log) {
        long lastTerm = log.isEmpty() ? 0 : log.get(log.size() - 1).term();
        HardState hardState = lastTerm > state.hardState().currentTerm()
                ? new HardState(lastTerm, Optional.empty())
                : state.hardState();
        return new PersistedState(hardState, state.base(), log);
    }

    static PersistedState withHardState(PersistedState state, HardState hardState) {
        return new PersistedState(hardState, state.base(), state.entries());
    }
}
