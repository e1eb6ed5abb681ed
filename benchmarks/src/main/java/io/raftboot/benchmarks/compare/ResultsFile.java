package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Measurements as lines, added to from call to call, and beside them a chart and a table of all.
 *
 * @param path ends in {@code .tsv}
 * @param header its first line
 */
record ResultsFile(Path path, String header) {

    void append(List<String> measured) throws IOException {
        List<String> lines = new ArrayList<>();
        if (!Files.exists(path)) {
            lines.add(header);
        }
        lines.addAll(measured);
        Files.write(path, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(path).stream()
                .filter(line -> !line.equals(header))
                .toList();
    }

    void draw(String chart, String table) throws IOException {
        Files.writeString(beside(".svg"), chart);
        Files.writeString(beside(".md"), table);
        System.out.println("All of " + path + ": " + beside(".svg") + ", and as a table beside it");
    }

    private Path beside(String ending) {
        return path.resolveSibling(path.getFileName().toString().replaceFirst("\\.tsv$", "") + ending);
    }
}
