package io.raftboot.spring.h2;

import io.raftboot.spring.h2.Loss.Write;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.h2.store.fs.FilePath;

/**
 * A disk in memory that keeps what was synced and may lose the rest: bytes until their file is synced, names until their
 * directory is. Java's files and those of H2 are both on it, see {@link #mount}. A copy costs next to nothing, so a test can keep
 * one of every moment.
 */
final class LossyDisk {

    /** What somebody does to the disk. */
    enum Operation {
        WRITE,
        CUT,
        NAME,
        READ,
        SYNC
    }

    /** Half of a write has found room. */
    static final class DiskFull extends IOException {

        private static final long serialVersionUID = 1L;

        DiskFull() {
            super("No space left on device");
        }
    }

    /** Is told of each operation before it happens, and may make it fail. */
    @FunctionalInterface
    interface Watcher {
        void before(Operation operation) throws IOException;
    }

    /** The number of every directory. */
    static final int DIRECTORY = 0;

    /**
     * A file. The arrays are never changed: the files of a disk are large, and there are thousands of disks.
     *
     * @param seen what is read now
     * @param durable what a power cut leaves for certain
     * @param unsynced what lies between
     * @param isWhole whether nothing else does: no sync has failed
     */
    private record Content(byte[] seen, byte[] durable, List<Write> unsynced, boolean isWhole) {

        /** All of it is durable. */
        private static Content durable(byte[] bytes) {
            return new Content(bytes, bytes, List.of(), true);
        }

        private Content with(Write write) {
            List<Write> more = new ArrayList<>(unsynced);
            more.add(write);
            return new Content(Write.apply(seen, List.of(write)), durable, more, isWhole);
        }

        private Content synced() {
            return isWhole ? durable(seen) : new Content(seen, Write.apply(durable, unsynced), List.of(), false);
        }

        /** It can be read, and no later sync writes it. */
        private Content notSynced() {
            return new Content(seen, durable, List.of(), isWhole && unsynced.isEmpty());
        }
    }

    /** Names that appear or, when empty, vanish at once. */
    private record Renaming(String directory, Map<String, Optional<Integer>> names) {}

    private final TreeMap<String, Integer> names;
    private final TreeMap<String, Integer> durableNames;
    private final List<Renaming> unsyncedNames;
    private final TreeMap<Integer, Content> contents;
    private Optional<Integer> lastWritten;
    private Optional<LossyFile> openInH2 = Optional.empty();
    private Watcher watcher = operation -> {};

    /** An empty one. */
    LossyDisk() {
        names = new TreeMap<>(Map.of("/", DIRECTORY));
        durableNames = new TreeMap<>(names);
        unsyncedNames = new ArrayList<>();
        contents = new TreeMap<>();
        lastWritten = Optional.empty();
    }

    private LossyDisk(LossyDisk other) {
        names = new TreeMap<>(other.names);
        durableNames = new TreeMap<>(other.durableNames);
        unsyncedNames = new ArrayList<>(other.unsyncedNames);
        contents = new TreeMap<>(other.contents);
        lastWritten = other.lastWritten;
    }

    /** The same disk at this moment, without its watcher. */
    LossyDisk copy() {
        return new LossyDisk(this);
    }

    /** Its root for Java's files. H2 finds the same files under the scheme {@code lossy}, until another disk is mounted. */
    Path mount() {
        FilePath.register(new LossyFilePath(this, ""));
        return new LossyFileSystem(this).root();
    }

    void watch(Watcher newWatcher) {
        watcher = newWatcher;
    }

    void openInH2(LossyFile file) {
        openInH2 = Optional.of(file);
    }

    /** What an interrupt does to H2. */
    void closeUnderH2() throws IOException {
        openInH2.orElseThrow().close();
    }

    /** This disk as the next process finds it. */
    LossyDisk after(Loss loss, Random random) {
        LossyDisk next = copy();
        for (Map.Entry<Integer, Content> file : contents.entrySet()) {
            Content content = file.getValue();
            boolean last = lastWritten.isPresent() && lastWritten.get().equals(file.getKey());
            List<Write> survivors = loss.survivors(content.unsynced(), last, random);
            byte[] left = survivors == content.unsynced() && loss.onlyProcess()
                    ? content.seen()
                    : Write.apply(content.durable(), survivors);
            boolean isWhole = survivors != content.unsynced() || content.isWhole();
            next.contents.put(
                    file.getKey(),
                    loss.onlyProcess()
                            ? new Content(left, content.durable(), survivors, isWhole)
                            : Content.durable(left));
        }
        if (!loss.onlyProcess()) {
            next.loseNames(loss, random);
        }
        next.lastWritten = Optional.empty();
        return next;
    }

    private void loseNames(Loss loss, Random random) {
        for (Renaming renaming : unsyncedNames) {
            boolean all = loss == Loss.NONE || loss == Loss.LAST_WRITE_TORN;
            if (all || (loss != Loss.ALL && random.nextBoolean())) {
                apply(renaming, durableNames);
            }
        }
        unsyncedNames.clear();
        // A directory takes what is in it along. Its name comes before theirs.
        durableNames.keySet().removeIf(name -> !durableNames.containsKey(parent(name)));
        names.clear();
        names.putAll(durableNames);
    }

    private static void apply(Renaming renaming, Map<String, Integer> to) {
        renaming.names().forEach((name, file) -> file.ifPresentOrElse(now -> to.put(name, now), () -> to.remove(name)));
    }

    boolean exists(String name) {
        return names.containsKey(name);
    }

    /** The names of what is in a directory. */
    List<String> children(String directory) {
        String prefix = directory.endsWith("/") ? directory : directory + "/";
        return names.keySet().stream()
                .filter(name -> name.startsWith(prefix) && name.length() > prefix.length())
                .map(name -> name.substring(prefix.length()))
                .filter(name -> !name.contains("/"))
                .toList();
    }

    boolean isDirectory(String name) {
        return Optional.of(DIRECTORY).equals(Optional.ofNullable(names.get(name)));
    }

    /** What a file holds. */
    byte[] read(String name) throws IOException {
        return content(file(name)).seen();
    }

    /** Exchanges the bytes of a file while the power is off. */
    void exchange(String name, byte[] bytes) throws IOException {
        contents.put(file(name), Content.durable(bytes));
    }

    /** One bit changes while the power is off. */
    void flipBit(String name, Random random) throws IOException {
        byte[] bytes = read(name).clone();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        exchange(name, bytes);
    }

    /** Whether the last operation was to overwrite something in a file. */
    boolean lastWriteInTheMiddleOf(String name) throws IOException {
        int file = file(name);
        List<Write> unsynced = content(file).unsynced();
        return lastWritten.equals(Optional.of(file))
                && unsynced.get(unsynced.size() - 1).position() > 0
                && unsynced.get(unsynced.size() - 1).end() < content(file).seen().length;
    }

    /** The number of a file, which stays the same when its name changes. */
    int file(String name) throws IOException {
        return Optional.ofNullable(names.get(name)).orElseThrow(() -> new NoSuchFileException(name));
    }

    byte[] read(int file) throws IOException {
        watcher.before(Operation.READ);
        return content(file).seen();
    }

    int size(int file) {
        return content(file).seen().length;
    }

    private Content content(int file) {
        return Optional.ofNullable(contents.get(file)).orElseThrow();
    }

    int create(String name) throws IOException {
        requireRoom(name);
        int file = contents.isEmpty() ? 1 : contents.lastKey() + 1;
        contents.put(file, Content.durable(new byte[0]));
        rename(name, Map.of(name, Optional.of(file)));
        return file;
    }

    void createDirectory(String name) throws IOException {
        requireRoom(name);
        rename(name, Map.of(name, Optional.of(DIRECTORY)));
    }

    private void requireRoom(String name) throws IOException {
        if (exists(name)) {
            throw new FileAlreadyExistsException(name);
        }
        if (!isDirectory(parent(name))) {
            throw new FileNotFoundException(parent(name));
        }
    }

    void delete(String name) throws IOException {
        file(name);
        rename(name, Map.of(name, Optional.empty()));
    }

    void move(String from, String to) throws IOException {
        rename(to, Map.of(from, Optional.empty(), to, Optional.of(file(from))));
    }

    private void rename(String name, Map<String, Optional<Integer>> changes) throws IOException {
        watcher.before(Operation.NAME);
        lastWritten = Optional.empty();
        Renaming renaming = new Renaming(parent(name), changes);
        apply(renaming, names);
        unsyncedNames.add(renaming);
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(1, name.lastIndexOf('/')));
    }

    void write(int file, Write write) throws IOException {
        try {
            watcher.before(write.data().length == 0 ? Operation.CUT : Operation.WRITE);
            put(file, write);
        } catch (DiskFull full) {
            put(file, new Write(write.position(), Arrays.copyOf(write.data(), write.data().length / 2)));
            throw full;
        }
    }

    private void put(int file, Write write) {
        contents.put(file, content(file).with(write));
        lastWritten = Optional.of(file);
    }

    /** A sync that fails is the last that was heard of it: what it was about can be read, and no later sync writes it. */
    void sync(int file) throws IOException {
        Content content = content(file);
        try {
            watcher.before(Operation.SYNC);
            contents.put(file, content.synced());
        } catch (IOException e) {
            contents.put(file, content.notSynced());
            throw e;
        }
        lastWritten = Optional.empty();
    }

    void syncDirectory(String name) throws IOException {
        watcher.before(Operation.SYNC);
        unsyncedNames.stream()
                .filter(renaming -> renaming.directory().equals(name))
                .forEach(renaming -> apply(renaming, durableNames));
        unsyncedNames.removeIf(renaming -> renaming.directory().equals(name));
        lastWritten = Optional.empty();
    }
}
