package io.raftboot.spring.h2;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code command-types.json} in a data directory: which commands may be in its log, and what they look like. For whoever has the
 * directory open.
 */
public record CommandTypesFile(Path dataDirectory) {

    /**
     * Replaces the content durably, if it is another one.
     *
     * @param next what the file is to hold, given what it holds; empty if there is none yet. If it throws, nothing is changed
     * @throws DataDirectoryException if the file system refuses
     */
    public void update(Function<Optional<byte[]>, byte[]> next) {
        Path file = dataDirectory.resolve("command-types.json");
        try {
            Optional<byte[]> before = Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
            byte[] after = next.apply(before);
            if (before.isEmpty() || !Arrays.equals(before.get(), after)) {
                DurableFiles.replace(file, after);
            }
        } catch (IOException e) {
            throw DataDirectoryException.unusable(dataDirectory, e);
        }
    }
}
