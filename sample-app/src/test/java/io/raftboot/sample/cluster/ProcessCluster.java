package io.raftboot.sample.cluster;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Servers as processes of their own on loopback, each with its own data directory, killed by their ids. */
final class ProcessCluster extends Servers implements AutoCloseable {

    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;
    private static final int MAX_ATTEMPTS = 100;

    private final Path directory;
    private final List<String> arguments;
    private final List<String> founders;
    private final Map<String, Process> processes = new ConcurrentHashMap<>();
    private Optional<Links> links = Optional.empty();

    /** A cluster of this size that is not started yet. */
    ProcessCluster(Path directory, int size, String... arguments) throws IOException {
        this(directory, size, size, arguments);
    }

    /** A cluster that begins with some of its servers; the others wait to be added. */
    ProcessCluster(Path directory, int founders, int size, String... arguments) throws IOException {
        super(freePorts(size));
        this.directory = directory;
        this.arguments = List.of(arguments);
        this.founders = ids().subList(0, founders);
    }

    private static Map<String, Integer> freePorts(int size) throws IOException {
        Map<String, Integer> ports = new HashMap<>();
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            ServerSocket socket = reservePort();
            sockets.add(socket);
            ports.put("n" + i, socket.getLocalPort());
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    /** Outside the range that outgoing connections take theirs from: a server that was down must find its port free again. */
    private static ServerSocket reservePort() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
                return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
            } catch (BindException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** From the next start on the servers call each other over links that can be cut. @return them, to be closed by the caller */
    Links behindLinks() throws IOException {
        Links made = new Links(ports());
        links = Optional.of(made);
        return made;
    }

    /** Starts those of the servers it begins with that do not run. */
    ProcessCluster startAll() throws IOException {
        for (String id : founders) {
            if (!processes.containsKey(id)) {
                start(id);
            }
        }
        return this;
    }

    /** Starts a server, and waits until it waits to be added. */
    void startJoining(String id) throws IOException {
        processes.put(id, launch(id, port(id), dataDirectory(id), id + ".log", "--raft.join=true"));
        await(
                id + " can be added",
                () -> status(id)
                        .filter(status -> "LEARNER".equals(status.get("role")))
                        .isPresent());
    }

    void start(String id) throws IOException {
        processes.put(id, launch(id, port(id), dataDirectory(id), id + ".log"));
    }

    /** Starts a process that is not part of the cluster's bookkeeping. @return it, to be waited for and stopped by the caller */
    Process launch(String id, int port, Path dataDirectory, String logFile, String... more) throws IOException {
        List<String> command = new ArrayList<>(SampleProgram.command());
        command.addAll(List.of(
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--raft.node-id=" + id,
                "--raft.data-dir=" + dataDirectory,
                "--raft.security.secret=0123456789abcdef",
                "--raft.admin.token=" + ADMIN_TOKEN));
        founders.forEach(peer -> command.add("--raft.peers." + peer + "="
                + links.map(between -> between.url(peer)).orElseGet(() -> url(peer))));
        command.addAll(arguments);
        command.addAll(List.of(more));
        Path log = directory.resolve(logFile);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** As {@code kill -9} does; returns when the process is gone. */
    void kill(String id) throws InterruptedException {
        Process process = processes.remove(id);
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
    }

    /** As a machine that stands still: nothing is lost, and nothing happens. */
    void freeze(String id) throws IOException, InterruptedException {
        signal(id, "STOP");
    }

    /** Goes on where it stood still. */
    void thaw(String id) throws IOException, InterruptedException {
        signal(id, "CONT");
    }

    private void signal(String id, String name) throws IOException, InterruptedException {
        String pid =
                Long.toString(requireNonNull(processes.get(id), "not started").pid());
        int status = new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
        if (status != 0) {
            throw new IOException("kill -" + name + " " + pid + " ended with " + status);
        }
    }

    /** As SIGTERM does. @return whether the process ended by itself */
    boolean terminate(String id) throws InterruptedException {
        Process process = requireNonNull(processes.remove(id), "not started");
        process.destroy();
        return process.waitFor(Servers.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    void killAll() throws InterruptedException {
        for (String id : ids()) {
            kill(id);
        }
    }

    @Override
    public void close() throws InterruptedException {
        killAll();
    }

    Path dataDirectory(String id) {
        return directory.resolve(id);
    }

    String log(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }
}
