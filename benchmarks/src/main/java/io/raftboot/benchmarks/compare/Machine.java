package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What Linux tells about the machine and its processes; not a number elsewhere. */
final class Machine {

    private static final int SECTOR_BYTES = 512;

    private Machine() {}

    /**
     * What was written to all disks since the machine was started, whoever wrote it. What a process wrote by its own account counts
     * whole folios of the page cache.
     */
    static double writtenBytes() {
        return lines(Path.of("/proc/diskstats")).stream()
                .map(line -> line.trim().split("\\s+"))
                .filter(fields -> isDisk(fields[2]))
                .mapToLong(fields -> Long.parseLong(fields[9]) * SECTOR_BYTES)
                .boxed()
                .reduce(Long::sum)
                .map(Long::doubleValue)
                .orElse(Double.NaN);
    }

    /** What lies on others would be counted twice, or is none. */
    private static boolean isDisk(String device) {
        return Files.exists(Path.of("/sys/block", device))
                && Stream.of("loop", "ram", "zram", "dm-", "md").noneMatch(device::startsWith);
    }

    /** How much memory a process holds, in MiB. */
    static double residentMebibytes(long pid) {
        return lines(Path.of("/proc", Long.toString(pid), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(Double.NaN);
    }

    /** How large the files below a directory are. */
    static double bytesBelow(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .mapToLong(file -> file.isFile() ? file.length() : 0)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a directory. @throws IllegalArgumentException if what is written there never is on a disk */
    static void requireDisk(Path directory) throws IOException {
        Files.createDirectories(directory);
        if (Files.getFileStore(directory).type().equals("tmpfs")) {
            throw new IllegalArgumentException(directory + " is in memory, and what is written there costs nothing");
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
