package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of a test in the README is the one that is compiled and run here. */
class ReadmeTest {

    private static final Pattern EXAMPLE =
            Pattern.compile("## Testing your state machine.*?```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void theExampleOfTheReadmeIsATestOfTheSample() throws IOException {
        Path sample = Path.of(System.getProperty("basedir", ""));
        Matcher readme = EXAMPLE.matcher(Files.readString(sample.resolveSibling("README.md")));
        String test =
                Files.readString(sample.resolve("src/test/java/io/raftboot/sample/KeyValueStoreClusterTest.java"));

        assertThat(readme.find()).isTrue();
        assertThat(test).containsIgnoringWhitespaces(readme.group(1));
    }
}
