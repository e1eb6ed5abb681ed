package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogEntry.NoOp;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.h2.mvstore.DataUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H2 opens a damaged file without a word, or fails in ways of its own. Here it is the right content or a refusal. */
class DamagedDatabaseTest {

    private static final int BLOCK_BYTES = 4096;
    private static final int FLIPS_PER_BLOCK = 3;

    private final LossyDisk disk = new LossyDisk();
    private final Path directory = disk.mount().resolve("n1");
    private final Path database = directory.resolve("raft-log.mv.db");
    private final Path mark = directory.resolve("raft-log.mark");
    private final ModelDisk model = new ModelDisk(60, false);

    @BeforeEach
    void fill() {
        try (RaftStorage disk = open()) {
            disk.load();
            disk.write(WriteBatch.bootstrap(THREE));
        }
        write(60);
        write(1); // the database has the others, and this one is in the journal alone
    }

    @ParameterizedTest // bug R60, scenario P8
    @ValueSource(strings = {"raft-log.mv.db", "raft-log.journal", "raft-log.mark", "identity.json"})
    void aBitThatFlipsAnywhereIsNeverReadAsAnotherValue(String name) throws IOException {
        Path file = directory.resolve(name);
        byte[] intact = Files.readAllBytes(file);
        byte[] withoutJournal = Files.readAllBytes(database);
        Random random = new Random(8);
        int refused = 0;
        for (int block = 0; block < intact.length; block += BLOCK_BYTES) {
            int length = Math.min(BLOCK_BYTES, intact.length - block);
            for (int flip = 0; flip < FLIPS_PER_BLOCK; flip++) {
                // Both ends of what H2 writes at once are in the beginning and the end of a block.
                int within = flip % 2 == 0 ? random.nextInt(length) : (random.nextInt(256) + length - 128) % length;
                byte[] damaged = intact.clone();
                damaged[block + within] ^= (byte) (1 << random.nextInt(8));
                disk.exchange(database.toString(), withoutJournal); // which a start has committed
                disk.exchange(file.toString(), damaged);
                refused += refusedOrRight() ? 1 : 0;
            }
        }
        assertThat(refused > 0).isEqualTo(!name.equals("raft-log.mark"));
        disk.exchange(file.toString(), intact);
        assertThat(loaded()).contains(model.state());
    }

    @Test // bug R60, scenario P8
    void aFlippedBitInAnEntryIsRefusedWithItsIndex() throws IOException {
        byte[] damaged = Files.readAllBytes(database);
        LogEntry entry = model.state().entries().get(0);
        flipEveryCopy(damaged, Rows.ofEntry(entry));
        disk.exchange(database.toString(), damaged);

        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContainingAll("raft.data-dir", "entry " + entry.index() + " is damaged", "checksum");
    }

    @Test
    void aFlippedBitInTheVoteIsRefused() throws IOException {
        byte[] damaged = Files.readAllBytes(database);
        flipEveryCopy(damaged, Rows.ofState(onDatabase(LogDatabase::state)));
        disk.exchange(database.toString(), damaged);

        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("the state is damaged");
    }

    @Test // scenario P8
    void aDatabaseThatWasCutAnywhereIsRefused() throws IOException {
        byte[] intact = Files.readAllBytes(database);
        for (int length = 0; length < intact.length; length += BLOCK_BYTES / 2) {
            disk.exchange(database.toString(), Arrays.copyOf(intact, length));

            assertThatThrownBy(this::loaded)
                    .as("%d of %d bytes", length, intact.length)
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("raft.data-dir");
        }
    }

    @Test
    void rowsThatDoNotFitTogetherAreRefused() throws IOException {
        assertThat(loaded()).contains(model.state()); // and nothing is in the journal alone
        byte[] intact = Files.readAllBytes(database);
        long first = model.state().base().lastIncludedIndex() + 1;
        long last = first + model.state().entries().size() - 1;
        Map<String, Consumer<LogDatabase>> changes = Map.of(
                "the log ends with entry " + (last - 1),
                changed -> changed.removeEntry(last),
                "entry " + first + " is missing",
                changed -> changed.removeEntry(first),
                "the log ends with entry " + (last + 1),
                changed -> changed.putEntry(last + 1, Rows.ofEntry(new NoOp(last + 1, 1L << 60))),
                "follows one of term",
                changed -> changed.putEntry(last, Rows.ofEntry(new NoOp(last, 1))),
                "the base is another one",
                changed -> changed.putBase(SnapshotMetadata.bootstrap(THREE)));
        for (Map.Entry<String, Consumer<LogDatabase>> change : changes.entrySet()) {
            disk.exchange(database.toString(), intact);
            onDatabase(opened -> {
                change.getValue().accept(opened);
                opened.makeDurable();
                opened.putState(opened.state());
                opened.makeDurable(); // or the change would be the last commit, which may be torn
                return opened;
            });
            assertThatThrownBy(this::loaded)
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining(change.getKey());
        }
    }

    @Test // scenario P11
    void everyOldCopyOfTheDatabaseIsRefused() throws IOException {
        List<byte[]> copies = new ArrayList<>();
        for (int batch = 0; batch < 20; batch++) {
            copies.add(Files.readAllBytes(database));
            write(1);
        }
        byte[] current = Files.readAllBytes(database);

        for (byte[] copy : copies) {
            disk.exchange(database.toString(), copy);
            assertThatThrownBy(this::loaded)
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("raft-log.mv.db ends with write ");
        }

        disk.exchange(database.toString(), current);
        assertThat(loaded()).contains(model.state());
    }

    @Test
    void twoDamagedWritesAreRefusedWhateverTheMarkKnows() throws IOException {
        byte[] old = Files.readAllBytes(mark);
        write(2);
        byte[] damaged = Files.readAllBytes(database);
        List<Integer> newest = commits(damaged);
        damaged[newest.get(1)] ^= 1;
        Arrays.fill(damaged, newest.get(0) + 512, newest.get(0) + 1024, (byte) 0);
        disk.exchange(database.toString(), damaged);
        disk.exchange(mark.toString(), old);

        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("raft-log.mv.db cannot be read");
    }

    /** Where the commits begin, the newest first. */
    private static List<Integer> commits(byte[] file) {
        TreeMap<Long, Integer> positions = new TreeMap<>(Comparator.reverseOrder());
        for (int block = 0; block < file.length; block += BLOCK_BYTES) {
            String text = new String(file, block, BLOCK_BYTES, StandardCharsets.ISO_8859_1);
            if (text.startsWith("chunk:")) {
                String version = DataUtils.parseMap(
                                text.substring(0, text.indexOf('\n')).trim())
                        .get("version");
                positions.put(Long.parseLong(version, 16), block);
            }
        }
        return List.copyOf(positions.values());
    }

    @Test // a command is never taken for a part of the file, whatever it says
    void aCommandThatLooksLikeACommitDoesNoHarm() {
        long index = model.state().base().lastIncludedIndex()
                + model.state().entries().size()
                + 1;
        byte[] hostile = "chunk:1\n".repeat(40_000).getBytes(StandardCharsets.UTF_8);
        for (int shift = 0; shift < 8; shift++) {
            byte[] command = Arrays.copyOfRange(hostile, shift, hostile.length);
            WriteBatch batch = new WriteBatch(
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    List.of(new LogEntry.Command(
                            index + shift, model.state().hardState().currentTerm(), 0, Optional.empty(), command)));
            try (RaftStorage storage = open()) {
                storage.load();
                storage.write(batch);
                model.wrote(batch);
            }
            assertThat(loaded()).contains(model.state());
        }
    }

    @Test
    void theDatabaseOfAnotherServerIsRefused() throws IOException {
        Path other = directory.resolveSibling("other");
        try (RaftStorage disk = new H2StorageFactory(other, NodeId.of("n1"), "test", THREE).open()) {
            disk.load();
        }
        disk.exchange(database.toString(), Files.readAllBytes(other.resolve("raft-log.mv.db")));

        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("identity.json says");
    }

    @Test
    void aTornMarkLeavesTheOneBeforeAndTwoTornOnesAreRefused() throws IOException {
        byte[] torn = Files.readAllBytes(mark);
        torn[20] ^= 1;
        disk.exchange(mark.toString(), torn);
        assertThat(loaded()).contains(model.state());

        disk.exchange(mark.toString(), new byte[torn.length]);
        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("raft-log.mark is missing or damaged");
    }

    private boolean refusedOrRight() {
        try {
            assertThat(loaded()).contains(model.state());
            return false;
        } catch (DataDirectoryException e) {
            assertThat(e).hasMessageContaining("raft.data-dir");
            return true;
        }
    }

    /** Pages are copied as the tree changes, so the newest copy of a row is one of several. */
    private static void flipEveryCopy(byte[] file, byte[] row) {
        int found = 0;
        for (int at = 0; at + row.length <= file.length; at++) {
            if (Arrays.equals(file, at, at + row.length, row, 0, row.length)) {
                file[at + row.length / 2] ^= 1;
                found++;
            }
        }
        assertThat(found).isPositive();
    }

    private <T> T onDatabase(Function<LogDatabase, T> use) {
        LogDatabase opened = LogDatabase.open(LogFile.at(database));
        try {
            return use.apply(opened);
        } finally {
            opened.discard();
        }
    }

    private void write(int batches) {
        try (RaftStorage disk = open()) {
            disk.load();
            for (int batch = 0; batch < batches; batch++) {
                WriteBatch next = model.next();
                disk.write(next);
                model.wrote(next);
            }
        }
    }

    private Optional<PersistedState> loaded() {
        try (RaftStorage disk = open()) {
            return disk.load();
        }
    }

    private RaftStorage open() {
        return new H2StorageFactory(directory, NodeId.of("n1"), "test", THREE).open();
    }
}
