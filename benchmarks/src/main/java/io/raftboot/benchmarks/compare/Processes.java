package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The processes that were started here. None of them outlives this one, unless it is killed. */
final class Processes {

    private static final int PATIENCE_SECONDS = 15;

    private final Set<Process> running = ConcurrentHashMap.newKeySet();

    Processes() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> running.forEach(this::end)));
    }

    Process start(ProcessBuilder command) throws IOException {
        Process process = command.start();
        running.add(process);
        return process;
    }

    /** Asks a process to end, and kills it if it does not. */
    void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                kill(process);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        running.remove(process);
    }

    /** Kills a process and waits until it is gone. */
    void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
        running.remove(process);
    }
}
