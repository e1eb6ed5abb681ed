package io.raftboot.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** bug R1 to R21, R25 to R37, R39 to R43, R45, R47, R49 to R53, G1 to G37: each bug, put in, is found. */
@Execution(ExecutionMode.CONCURRENT)
class MutantsTest {

    private static final String REWRITE = "mutants.rewrite";
    private static final Path TABLE = Path.of("src", "test", "resources", "mutants", "killed.txt");
    private static final String HEADING = """
            # Made by: mvn -pl raft-core test -Dtest=MutantsTest -Dmutants.rewrite=true
            # The bug (row of raft-bugs.md, name), how many seeds it took from seed 1 on, after how many events of the last,
            # and what was found to be broken.
            """;

    @BeforeAll
    static void rewriteTheTableIfThatIsWanted() throws IOException {
        if (Boolean.getBoolean(REWRITE)) {
            List<String> rows =
                    Mutant.all().parallelStream().map(MutantsTest::found).toList();
            assertThat(rows).noneMatch(row -> row.endsWith("SURVIVES"));
            Files.writeString(TABLE, HEADING + String.join("\n", rows) + "\n");
        }
    }

    private static String found(Mutant mutant) {
        try {
            String row = Kill.row(mutant, Kill.bySearch(mutant));
            System.out.println(row);
            return row;
        } catch (Exception e) {
            throw new IllegalStateException(mutant + " cannot be tried", e);
        }
    }

    static Stream<Mutant> all() throws IOException {
        return Mutant.all().stream();
    }

    /** The seeds of the table, by the mutant's row and name. */
    private static Map<String, Long> knownSeeds() throws IOException {
        Map<String, Long> seeds = new TreeMap<>();
        for (String line : Files.readAllLines(TABLE)) {
            if (!line.startsWith("#")) {
                List<String> words = List.of(line.split(" +", -1));
                seeds.put(words.get(0) + " " + words.get(1), Long.parseLong(words.get(2)));
            }
        }
        return seeds;
    }

    @ParameterizedTest
    @MethodSource("all")
    void eachBugIsFoundByItsSeed(Mutant mutant) throws Exception {
        long seed = knownSeeds().getOrDefault(mutant.toString(), 1L);
        assertThat(Kill.bySeed(mutant, seed))
                .as(
                        "%s is found by seed %d. The product or the simulation has changed, so that this seed is another run? Then the"
                                + " command in the first line of killed.txt looks for one that finds it",
                        mutant, seed)
                .isPresent();
    }

    @Test
    void theTableHasEveryBugAndNoOther() throws IOException {
        List<String> names = all().map(Mutant::toString).toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(45).doesNotHaveDuplicates();
        assertThat(knownSeeds().keySet()).containsExactlyInAnyOrderElementsOf(names);
        assertThat(knownSeeds().values()).allMatch(seeds -> seeds <= Kill.MAX_SEEDS);
    }

    @Test
    void withoutABugTheSameSeedsFindNothing() throws Exception {
        Mutant none = new Mutant("-", "none", List.of(), "NONE");
        List<Long> seeds = knownSeeds().values().stream().distinct().sorted().toList();
        assertThat(Kill.by(none, seeds)).isEmpty();
    }
}
