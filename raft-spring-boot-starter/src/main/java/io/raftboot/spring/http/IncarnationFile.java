package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.raftboot.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The incarnations in a small file, one {@code id incarnation} a line. It is read on first use, so that the data directory may
 * be made after the bean, and replaced as a whole whenever a peer is met for the first time.
 */
public final class IncarnationFile implements KnownIncarnations {

    private final Path file;
    private Optional<SortedMap<NodeId, String>> read = Optional.empty();

    /** @param file in the data directory; need not exist */
    public IncarnationFile(Path file) {
        this.file = file;
    }

    @Override
    public synchronized Optional<String> of(NodeId peer) {
        return Optional.ofNullable(known().get(peer));
    }

    @Override
    public synchronized boolean confirm(NodeId peer, String incarnation) {
        String first = known().get(peer);
        if (first != null) {
            return first.equals(incarnation);
        }
        SortedMap<NodeId, String> more = new TreeMap<>(known());
        more.put(peer, incarnation);
        write(more);
        read = Optional.of(more);
        return true;
    }

    @Override
    public synchronized void forget(NodeId peer) {
        if (known().containsKey(peer)) {
            SortedMap<NodeId, String> fewer = new TreeMap<>(known());
            fewer.remove(peer);
            write(fewer);
            read = Optional.of(fewer);
        }
    }

    private SortedMap<NodeId, String> known() {
        if (read.isEmpty()) {
            read = Optional.of(load());
        }
        return read.get();
    }

    private SortedMap<NodeId, String> load() {
        SortedMap<NodeId, String> known = new TreeMap<>();
        if (!Files.exists(file)) {
            return known;
        }
        try {
            for (String line : Files.readAllLines(file, UTF_8)) {
                String[] words = line.split(" ", -1);
                if (words.length != 2 || words[1].isEmpty()) {
                    throw new IllegalStateException(file + " is damaged at \"" + line + "\"");
                }
                known.put(NodeId.of(words[0]), words[1]);
            }
            return known;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void write(Map<NodeId, String> known) {
        String text = known.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue() + "\n")
                .collect(Collectors.joining());
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            writeDurably(draft, text);
            Files.move(draft, file, ATOMIC_MOVE, REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent(), READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void writeDurably(Path draft, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(draft, CREATE, WRITE, TRUNCATE_EXISTING)) {
            PosixFileAttributeView rights = Files.getFileAttributeView(draft, PosixFileAttributeView.class);
            if (rights != null) {
                rights.setPermissions(PosixFilePermissions.fromString("rw-------"));
            }
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
