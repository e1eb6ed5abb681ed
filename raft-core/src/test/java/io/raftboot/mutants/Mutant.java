package io.raftboot.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A bug: some places in the product's sources with what stands there instead, or a switch in the simulated server. Described in
 * text files: {@code == row name}, then either {@code loop SWITCH} or any number of
 *
 * <pre>
 * file consensus/Some.java
 * ---
 * what occurs in that file exactly once
 * +++
 * what replaces it
 * </pre>
 *
 * @param row the bug's row in raft-bugs.md, or the section of the paper
 * @param name unique
 * @param hunks the places; none for a switch
 * @param loopBug the switch, {@code NONE} for none
 */
record Mutant(String row, String name, List<Hunk> hunks, String loopBug) {

    private static final Path SOURCES = Path.of("src", "main", "java", "io", "raftboot");
    private static final Path DESCRIPTIONS = Path.of("src", "test", "resources", "mutants");
    private static final List<String> FILES =
            List.of("votes.txt", "replication.txt", "snapshots.txt", "membership.txt", "loop.txt");

    /**
     * One place.
     *
     * @param file below the package {@code io.raftboot}
     */
    record Hunk(String file, String original, String replacement) {}

    /** Every mutant there is, in the order of the files. */
    static List<Mutant> all() throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        for (String file : FILES) {
            String text = Files.readString(DESCRIPTIONS.resolve(file));
            List<String> parts = List.of(text.split("(?m)^== ", -1));
            for (String part : parts.subList(1, parts.size())) {
                mutants.add(parse(part));
            }
        }
        return mutants;
    }

    private static Mutant parse(String text) {
        String[] lines = text.split("\n", 2);
        String[] title = lines[0].split(" ", 2);
        List<Hunk> hunks = new ArrayList<>();
        String loopBug = "NONE";
        for (String part : lines[1].split("(?m)^(?=file |loop )", -1)) {
            if (part.startsWith("loop ")) {
                loopBug = part.substring("loop ".length()).strip();
            } else if (part.startsWith("file ")) {
                hunks.add(parseHunk(part));
            }
        }
        return new Mutant(title[0], title[1], List.copyOf(hunks), loopBug);
    }

    private static Hunk parseHunk(String text) {
        String file = text.substring("file ".length(), text.indexOf('\n'));
        int original = text.indexOf("\n---\n") + "\n---\n".length();
        int replacement = text.indexOf("\n+++\n");
        return new Hunk(
                file,
                text.substring(original, replacement + 1),
                text.substring(replacement + "\n+++\n".length()).stripTrailing() + "\n");
    }

    /**
     * The changed sources by file.
     *
     * @throws IllegalStateException if a place does not occur exactly once: the product has changed, and the mutant has to follow
     */
    Map<String, String> changedSources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        for (Hunk hunk : hunks) {
            String source = sources.containsKey(hunk.file())
                    ? sources.get(hunk.file())
                    : Files.readString(SOURCES.resolve(hunk.file()));
            int at = source.indexOf(hunk.original());
            if (at < 0 || source.indexOf(hunk.original(), at + 1) >= 0) {
                throw new IllegalStateException(
                        this + ": this does not occur exactly once in " + hunk.file() + ":\n" + hunk.original());
            }
            sources.put(
                    hunk.file(),
                    source.substring(0, at)
                            + hunk.replacement()
                            + source.substring(at + hunk.original().length()));
        }
        return sources;
    }

    @Override
    public String toString() {
        return row + " " + name;
    }
}
