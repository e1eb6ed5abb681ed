package io.raftboot.benchmarks.compare;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Servers of the product with default settings, a shared secret and an empty log each. They are gone when it is closed. */
final class Cluster implements AutoCloseable {

    private static final String SECRET = "a secret of the benchmark";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /**
     * Where the servers are.
     *
     * @param servers how many
     * @param port of the first one; the others have those that follow
     * @param data where they keep their data, in a directory for each cluster
     */
    record Place(int servers, int port, Path data) {

        private int portOf(int number) {
            return port + number - 1;
        }
    }

    /**
     * What the servers run.
     *
     * @param jar an application
     * @param jvm options of the JVM
     * @param settings of the application beside the default ones
     */
    record Program(Path jar, List<String> jvm, List<String> settings) {}

    private final Path directory;
    private final List<Server> servers;

    private Cluster(Path directory, List<Server> servers) {
        this.directory = directory;
        this.servers = servers;
    }

    /** Starts the servers and waits until each can be used. */
    static Cluster start(Program program, Processes processes, Place place) throws Exception {
        Files.createDirectories(place.data());
        Path directory = Files.createTempDirectory(place.data().toAbsolutePath(), "cluster");
        Cluster cluster = new Cluster(
                directory,
                IntStream.rangeClosed(1, place.servers())
                        .mapToObj(number -> server(program, processes, place, directory, number))
                        .toList());
        for (Server server : cluster.servers) {
            server.start();
        }
        for (Server server : cluster.servers) {
            await(server::isReady);
        }
        return cluster;
    }

    private static Server server(Program program, Processes processes, Place place, Path directory, int number) {
        Path data = directory.resolve("n" + number);
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(program.jvm());
        command.addAll(List.of("-jar", program.jar().toString(), "--server.address=127.0.0.1"));
        command.add("--server.port=" + place.portOf(number));
        command.addAll(List.of("--raft.node-id=n" + number, "--raft.data-dir=" + data));
        command.addAll(List.of("--raft.security.secret=" + SECRET, "--raft.admin.token=" + Server.ADMIN_TOKEN));
        for (int peer = 1; peer <= place.servers(); peer++) {
            command.add("--raft.peers.n" + peer + "=http://127.0.0.1:" + place.portOf(peer));
        }
        command.addAll(program.settings());
        return new Server(processes, place.portOf(number), data, command);
    }

    List<Server> servers() {
        return servers;
    }

    /** Waits for a leader. */
    Server leader() throws Exception {
        List<Server> found = new ArrayList<>();
        await(() -> {
            for (Server server : servers) {
                if (server.leads()) {
                    found.add(server);
                }
            }
            return !found.isEmpty();
        });
        return found.get(0);
    }

    List<Server> othersThan(Server one) {
        return servers.stream().filter(server -> server != one).toList();
    }

    /** Waits until something is so. @throws IllegalStateException if it is not within two minutes */
    static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + PATIENCE.toSeconds() + " s");
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() throws IOException {
        servers.forEach(Server::end);
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
