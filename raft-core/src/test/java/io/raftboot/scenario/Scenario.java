package io.raftboot.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.util.diff.DiffUtils;
import org.assertj.core.util.diff.Patch;

/**
 * A story in a file.
 *
 * @param file where it stands
 * @param lines all of it: comments, commands, and behind each command the trace it printed
 */
record Scenario(Path file, List<String> lines) {

    private static final Path FILES = Path.of("src", "test", "resources", "scenarios");
    private static final String INDENT = "  ";
    private static final int LINES_AROUND_A_CHANGE = 4;

    static Scenario read(Path file) throws IOException {
        return new Scenario(file, Files.readAllLines(file));
    }

    /** Every story there is, in the order of names. */
    static List<Scenario> all() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(FILES)) {
            files = found.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
        List<Scenario> scenarios = new ArrayList<>();
        for (Path file : files) {
            scenarios.add(read(file));
        }
        return scenarios;
    }

    void write() throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    /** The commands. */
    List<String> commands() {
        return lines.stream().filter(Scenario::isCommand).toList();
    }

    /**
     * The same story with the trace that it prints today.
     *
     * @throws AssertionError if a line cannot be carried out: which, why, and what has changed before it
     */
    Scenario played() {
        Trace trace = new Trace();
        Commands commands = new Commands(trace);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!isTrace(line)) {
                result.add(line);
            }
            if (isCommand(line)) {
                try {
                    commands.execute(line);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(
                            file + ":" + (i + 1) + ": " + line + ": " + e.getMessage() + changesBefore(i + 1, result),
                            e);
                }
                trace.take().forEach(printed -> result.add(INDENT + printed));
            }
        }
        return new Scenario(file, result);
    }

    private String changesBefore(int end, List<String> result) {
        return new Scenario(file, lines.subList(0, end))
                .difference(new Scenario(file, result))
                .map(difference -> "\n" + difference)
                .orElse("");
    }

    /** What differs in the other, for people: file and line, then the changed lines among their neighbours. */
    Optional<String> difference(Scenario other) {
        Patch<String> patch = DiffUtils.diff(lines, other.lines);
        if (patch.getDeltas().isEmpty()) {
            return Optional.empty();
        }
        int line = patch.getDeltas().get(0).getOriginal().getPosition() + 1;
        List<String> changes =
                DiffUtils.generateUnifiedDiff("as written", "as played", lines, patch, LINES_AROUND_A_CHANGE);
        return Optional.of(file + ":" + line + ": the trace has changed; if it is meant to, -Dscenario.rewrite=true\n"
                + String.join("\n", changes));
    }

    private static boolean isTrace(String line) {
        return line.startsWith(INDENT);
    }

    private static boolean isCommand(String line) {
        return !isTrace(line) && !line.isBlank() && !line.startsWith("#");
    }

    @Override
    public String toString() {
        return String.valueOf(file.getFileName());
    }
}
