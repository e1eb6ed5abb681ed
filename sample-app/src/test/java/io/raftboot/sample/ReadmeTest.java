package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The Java code in the README is compiled and run here. */
class ReadmeTest {

    private static final Path SAMPLE = Path.of(System.getProperty("basedir", ""));
    private static final Path TESTS = SAMPLE.resolve("src/test/java/io/raftboot/sample");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    /** State machine, endpoints, idempotent retry, job of the leader, test of a state machine. */
    private static final int BLOCKS = 5;

    @Test
    void everyJavaBlockOfTheReadmeIsPartOfATestedSource() throws IOException {
        String sources = Files.readString(TESTS.resolve("readme/CounterExample.java"))
                + Files.readString(TESTS.resolve("KeyValueStoreClusterTest.java"));
        List<String> blocks = JAVA.matcher(Files.readString(SAMPLE.resolveSibling("README.md")))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();

        assertThat(blocks)
                .hasSize(BLOCKS)
                .allSatisfy(block -> assertThat(sources).containsIgnoringWhitespaces(block));
    }
}
