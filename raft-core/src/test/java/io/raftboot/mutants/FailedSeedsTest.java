package io.raftboot.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.simulation.Hunt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every seed that ever failed stays a test, and so does the bug it found; the file says why it takes both. */
class FailedSeedsTest {

    private static final Path SEEDS = Path.of("src", "test", "resources", "simulation", "failed-seeds.txt");

    record FailedSeed(long seed, String day, String bug) {

        static FailedSeed parse(String line) {
            String[] words = line.split(" ", 3);
            return new FailedSeed(Long.parseLong(words[0]), words[1], words[2]);
        }
    }

    static Stream<FailedSeed> all() throws IOException {
        return Files.readAllLines(SEEDS).stream()
                .filter(line -> !line.startsWith("#"))
                .map(FailedSeed::parse);
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyPropertyHoldsForTheSeedNow(FailedSeed failed) {
        assertThat(new Hunt().apply("NONE", List.of(failed.seed()))).isEmpty();
    }

    @Test
    void theBugBehindTheSeedIsAmongTheMutants() throws IOException {
        List<String> mutants = Mutant.all().stream().map(Mutant::toString).toList();
        assertThat(all().map(FailedSeed::bug).filter(bug -> !bug.startsWith("- ")))
                .isNotEmpty()
                .allMatch(mutants::contains);
    }
}
