package io.raftboot.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioTest {

    private static final Path FILE = Path.of("scenarios", "story.txt");

    private static Scenario story(String... lines) {
        return new Scenario(FILE, List.of(lines));
    }

    @Test
    void aChangedTraceIsADiffThatNamesFileAndLine() {
        Scenario played = story("# How one leads.", "cluster n1", "elect n1", "propose n1 a")
                .played();
        List<String> lines = new ArrayList<>(played.lines());
        int changed = lines.indexOf("  n1 applies [2:1 a]");
        lines.set(changed, "  n1 applies [2:1 b]");
        Scenario written = new Scenario(FILE, lines);

        assertThat(written.difference(written.played()))
                .hasValueSatisfying(difference -> assertThat(difference)
                        .startsWith(FILE + ":" + (changed + 1) + ": ")
                        .contains("-Dscenario.rewrite=true")
                        .contains("\n-  n1 applies [2:1 b]\n+  n1 applies [2:1 a]")
                        .contains("\n   n1 writes [2:1 a]\n"));
    }

    @Test
    void aMissingAndASurplusLineAreDifferencesToo() {
        Scenario played = story("cluster n1", "elect n1").played();
        List<String> shorter = played.lines().subList(0, played.lines().size() - 1);
        List<String> longer = new ArrayList<>(played.lines());
        longer.add("  n1 is nothing");

        assertThat(new Scenario(FILE, shorter).difference(played)).isPresent();
        assertThat(new Scenario(FILE, longer).difference(played)).isPresent();
        assertThat(played.difference(played.played())).isEmpty();
    }

    @Test
    void rewritingKeepsCommentsAndCommandsAndIsDoneOnce(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("story.txt");
        Files.writeString(file, "# Why.\ncluster n1\n\n# Then.\nelect n1\n  what it once said\n\nlogs\n");

        Scenario.read(file).played().write();
        String once = Files.readString(file);
        Scenario.read(file).played().write();

        assertThat(once).startsWith("# Why.\ncluster n1\n\n# Then.\nelect n1\n  n1 is ");
        assertThat(once).endsWith("\n\nlogs\n  n1 [1:1 no-op]\n").doesNotContain("what it once said");
        assertThat(Files.readString(file)).isEqualTo(once);
    }

    @Test
    void aLineThatMakesNoSenseIsNamed() {
        assertThatThrownBy(story("# Why.", "cluster n1", "elekt n1")::played)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(FILE + ":3: elekt n1: no command elekt; there are [briefly, ");
        assertThatThrownBy(story("cluster n1", "propose n1")::played).hasMessageContaining(":2: propose n1: a command");
        assertThatThrownBy(story("cluster n1", "crash n1 n2")::played).hasMessageContaining("too much: n2");
        assertThatThrownBy(story("cluster n1", "crash n2")::played).hasMessageContaining("n2 does not run");
        assertThatThrownBy(story("cluster n1 n2", "deliver n1->n2")::played).hasMessageContaining("no such message");
        assertThatThrownBy(story("cluster n1", "log n1 1{n1")::played).hasMessageContaining("no log entry");
    }

    @Test
    void whatChangedBeforeALineThatCannotBeCarriedOutIsShown() {
        Scenario story = story("cluster n1", "elect n1", "  n1 is nothing", "propose n1 a", "  n1 writes", "crash n2");

        assertThatThrownBy(story::played)
                .hasMessageContaining(FILE + ":6: crash n2: n2 does not run\n" + FILE + ":3: the trace has changed")
                .hasMessageContaining("\n-  n1 is nothing\n+  n1 is CANDIDATE term 1 commit 0\n");
    }

    @Test // Figure 3, Leader Completeness: the checks of the hand-driven clusters watch here too
    void aStoryThatBreaksAPropertyOfTheFigureFails() {
        Scenario story = story(
                "cluster n1 n2 n3",
                "elect n1",
                "propose n1 a",
                "stabilize",
                "crash n1",
                "log n2",
                "term n2 1",
                "log n3",
                "term n3 1",
                "elect n2");

        assertThatThrownBy(story::played)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(":10: elect n2: ")
                .hasMessageContaining("entry of leader n2");
    }
}
