package io.raftboot.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every story of the directory {@code scenarios} is told as it is written; {@code -Dscenario.rewrite=true} writes it anew. */
class ScenarioFilesTest {

    private static final boolean REWRITE = Boolean.getBoolean("scenario.rewrite");

    static Stream<Scenario> all() throws IOException {
        return Scenario.all().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void theStoryIsToldAsItIsWritten(Scenario scenario) throws IOException {
        Scenario played = scenario.played();
        if (REWRITE) {
            played.write();
            return;
        }
        Optional<String> difference = scenario.difference(played);
        difference.ifPresent(Assertions::fail);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void theStorySaysWhatItShowsAndIsShort(Scenario scenario) {
        List<String> lines = scenario.played().lines();
        assertThat(lines.get(0)).startsWith("# ").hasSizeGreaterThan(20);
        assertThat(lines).hasSizeLessThan(300).anyMatch(line -> line.startsWith("  n"));
    }

    @Test
    void everyCommandIsUsedSomewhere() throws IOException {
        List<String> words = all().flatMap(scenario -> scenario.commands().stream())
                .flatMap(command -> Stream.of(command.split("\\s+", -1)))
                .toList();
        assertThat(words).containsAll(new Commands(new Trace()).names());
    }

    @Test // figures 7 and 8, Ongaro's cases of 2015
    void theClassicStoriesAreThere() throws IOException {
        List<String> names = all().map(Scenario::toString).toList();
        assertThat(names)
                .contains("figure_7_a.txt", "figure_7_f.txt", "figure_8.txt", "figure_8_e.txt")
                .filteredOn(name -> name.startsWith("membership_2015_"))
                .hasSize(3);
    }
}
