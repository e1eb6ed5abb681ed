package io.raftboot.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The same seed gives the same trace, byte for byte, on any machine and JDK: the file has the traces' hashes from wherever it was
 * made last. A change of the product or the simulation may well change them; a machine or JDK must not.
 */
class PinnedTracesTest {

    private static final String REWRITE = "simulation.rewrite";
    private static final Path HASHES = Path.of("src", "test", "resources", "simulation", "traces.txt");
    private static final String HEADING = """
            # Made by: mvn -pl raft-core test -Dtest=PinnedTracesTest -Dsimulation.rewrite=true
            # A seed, and the SHA-256 of its trace, a line feed behind each line.
            """;
    private static final int SEEDS = 8;

    @Test
    void tracesAreTheSameAsWhereTheFileWasMade() throws IOException, NoSuchAlgorithmException {
        List<String> rows = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            rows.add(seed + " " + hash(seed));
        }
        String text = HEADING + String.join("\n", rows) + "\n";
        if (Boolean.getBoolean(REWRITE)) {
            Files.writeString(HASHES, text);
        }
        assertThat(Files.readString(HASHES))
                .as("the product or the simulation has changed? then run the command in the file's first line")
                .isEqualTo(text);
    }

    private static String hash(long seed) throws NoSuchAlgorithmException {
        List<String> lines =
                Simulation.runTraced(seed, LoopBug.NONE, Long.MAX_VALUE).trace().lines();
        byte[] bytes = (String.join("\n", lines) + "\n").getBytes(UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
