package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;

import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process that writes the batches of a model one after the other, says so after each, and ends only when it is killed or nobody listens. */
final class WritingProcess {

    static final String ACKNOWLEDGED = "acknowledged ";
    static final String STARTED = "started";

    private final Process process;
    private final BufferedReader output;
    private long acknowledged = -1;

    private WritingProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts one and returns when it runs, before it touches the directory. */
    static WritingProcess start(Path directory, long seed) throws IOException {
        return start(WritingProcess.class, directory, seed);
    }

    /** The same with another program, that says the same things. */
    static WritingProcess start(Class<?> program, Path directory, long seed) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        directory.toString(),
                        Long.toString(seed)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        WritingProcess started = new WritingProcess(process);
        started.readUntil(STARTED);
        return started;
    }

    /** Waits for so many acknowledgements. */
    void awaitAcknowledged(int times) throws IOException {
        for (int time = 0; time < times; time++) {
            readUntil(ACKNOWLEDGED);
        }
    }

    /** The last number it has acknowledged, -1 before the first. */
    long acknowledged() {
        return acknowledged;
    }

    private void readUntil(String prefix) throws IOException {
        Optional<String> line = read();
        while (line.isPresent() && !line.get().startsWith(prefix)) {
            line = read();
        }
        if (line.isEmpty()) {
            throw new IOException("the process ended before it said '" + prefix + "'");
        }
    }

    private Optional<String> read() throws IOException {
        Optional<String> line = Optional.ofNullable(output.readLine());
        line.filter(said -> said.startsWith(ACKNOWLEDGED))
                .ifPresent(said -> acknowledged = Long.parseLong(said.substring(ACKNOWLEDGED.length())));
        return line;
    }

    /**
     * Lets it run for a moment and kills it.
     *
     * @return the last batch it acknowledged in all its life, -1 if none
     */
    long killAfter(long milliseconds) throws IOException, InterruptedException {
        process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
        process.toHandle().destroyForcibly(); // the handle, because the process would close the output as well
        while (read().isPresent()) {
            // what it said before it died is still in the pipe
        }
        process.waitFor();
        return acknowledged;
    }

    /** The process. */
    public static void main(String[] arguments) throws IOException {
        say(STARTED);
        ModelDisk model = new ModelDisk(Long.parseLong(arguments[1]), true);
        try (RaftStorage disk = new H2StorageFactory(Path.of(arguments[0]), NodeId.of("n1"), "test", THREE).open()) {
            Optional<PersistedState> found = disk.load();
            if (found.isEmpty()) {
                disk.write(WriteBatch.bootstrap(THREE));
            }
            long written = found.map(state -> state.hardState().currentTerm()).orElse(0L);
            while (model.batches() < written) {
                model.wrote(model.next());
            }
            while (true) {
                say(ACKNOWLEDGED + model.batches());
                disk.write(model.next());
                model.wrote(model.next());
            }
        }
    }

    /** A line in one piece, so that none is cut in the middle of a number. Ends the process if the test has gone and cannot. */
    static void say(String line) throws IOException {
        System.out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        if (System.out.checkError()) {
            Runtime.getRuntime().halt(1);
        }
    }
}
