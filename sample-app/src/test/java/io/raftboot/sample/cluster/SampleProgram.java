package io.raftboot.sample.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The sample's jar, with an archive of its classes made once so that its processes start fast: a test run starts some sixty of them
 * on two cores.
 */
final class SampleProgram {

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final Path JAR = Path.of(System.getProperty("sample.jar", "target/sample-app.jar"));
    private static final List<String> COMMAND = prepare();

    private SampleProgram() {}

    /** The command that starts it; the arguments follow. */
    static List<String> command() {
        return COMMAND;
    }

    private static List<String> prepare() {
        try {
            Path directory = Files.createTempDirectory(JAR.toAbsolutePath().getParent(), "started-");
            Path archive = directory.resolve("classes.jsa");
            run(List.of(
                    JAVA,
                    "-XX:ArchiveClassesAtExit=" + archive,
                    "-Dspring.context.exit=onRefresh",
                    "-jar",
                    JAR.toString(),
                    "--raft.data-dir=" + directory.resolve("data")));
            return List.of(
                    JAVA,
                    "-Xmx128m",
                    // A server that lives for seconds starts twice as fast without the optimising compiler.
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+ExitOnOutOfMemoryError",
                    "-XX:+UseSerialGC",
                    "-XX:SharedArchiveFile=" + archive,
                    "-jar",
                    JAR.toString());
        } catch (IOException e) {
            throw new IllegalStateException("cannot prepare " + JAR, e);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException("no success: " + command);
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted: " + command, e);
        } finally {
            process.destroyForcibly();
        }
    }
}
