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
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The incarnations in a small file. It is read on first use, so that the data directory may be made after the bean, and replaced as
 * a whole whenever somebody is met, told of or removed for the first time. A line is {@code id incarnation since}, or {@code vacant:
 * id since} for the name of a removed server.
 */
public final class IncarnationFile implements KnownIncarnations {

    /** No id has a colon. */
    private static final String VACANT = "vacant:";

    private final Path file;
    private Optional<Bearers> read = Optional.empty();

    /** @param file in the data directory; need not exist */
    public IncarnationFile(Path file) {
        this.file = file;
    }

    @Override
    public synchronized Optional<String> of(NodeId peer) {
        return known().of(peer).map(Bearer::incarnation);
    }

    @Override
    public synchronized SortedMap<NodeId, Bearer> all() {
        return known().present();
    }

    @Override
    public synchronized boolean confirm(NodeId peer, String incarnation) {
        become(known().met(peer, incarnation));
        return of(peer).filter(incarnation::equals).isPresent();
    }

    @Override
    public synchronized void learn(SortedMap<NodeId, Bearer> told) {
        become(known().told(told));
    }

    @Override
    public synchronized void forget(Collection<NodeId> removed, long index) {
        become(known().without(removed, index));
    }

    private void become(Bearers next) {
        if (!next.equals(known())) {
            write(next);
            read = Optional.of(next);
        }
    }

    private Bearers known() {
        if (read.isEmpty()) {
            read = Optional.of(load());
        }
        return read.get();
    }

    private Bearers load() {
        SortedMap<NodeId, Bearer> present = new TreeMap<>();
        SortedMap<NodeId, Long> vacant = new TreeMap<>();
        if (Files.exists(file)) {
            for (String line : lines()) {
                load(line, present, vacant);
            }
        }
        return new Bearers(present, vacant);
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private void load(String line, SortedMap<NodeId, Bearer> present, SortedMap<NodeId, Long> vacant) {
        String[] words = line.split(" ", -1);
        try {
            if (words.length < 2 || words.length > 3) {
                throw new IllegalArgumentException(words.length + " words");
            }
            // Two words, before there was a number.
            long since = words.length == 2 ? 0 : Long.parseLong(words[2]);
            if (words[0].equals(VACANT)) {
                vacant.put(NodeId.of(words[1]), since);
            } else {
                present.put(NodeId.of(words[0]), new Bearer(words[1], since));
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + " is damaged at \"" + line + "\"", e);
        }
    }

    private void write(Bearers known) {
        StringBuilder text = new StringBuilder();
        known.present()
                .forEach((id, bearer) -> text.append(id + " " + bearer.incarnation() + " " + bearer.since() + "\n"));
        known.vacant().forEach((id, since) -> text.append(VACANT + " " + id + " " + since + "\n"));
        replace(text.toString());
    }

    private void replace(String text) {
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
