package io.raftboot.spring.h2;

import static io.raftboot.testkit.ModelDisk.THREE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogEntry.NoOp;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H2 opens a damaged file without a word, or fails in ways of its own. Here it is the right content or a refusal. */
class DamagedDatabaseTest {

    private static final int FLIPS = 300;

    @TempDir
    Path directory;

    private final ModelDisk model = new ModelDisk(60, false);
    private Path database = Path.of("");

    @BeforeEach
    void fill() {
        database = directory.resolve("raft-log.mv.db");
        try (RaftStorage disk = open()) {
            disk.load();
            disk.write(WriteBatch.bootstrap(THREE));
        }
        write(60);
    }

    @Test // bug R60, scenario P8
    void aFlippedBitIsNeverReadAsAnotherValue() throws IOException {
        byte[] intact = Files.readAllBytes(database);
        Random random = new Random(8);
        int refused = 0;
        for (int flip = 0; flip < FLIPS; flip++) {
            byte[] damaged = intact.clone();
            damaged[flip < 100 ? random.nextInt(8192) : random.nextInt(intact.length)] ^=
                    (byte) (1 << random.nextInt(8));
            Files.write(database, damaged);
            refused += refusedOrRight() ? 1 : 0;
        }
        assertThat(refused).isPositive();
        Files.write(database, intact);
        assertThat(loaded()).contains(model.state());
    }

    @Test // bug R60, scenario P8
    void aFlippedBitInAnEntryIsRefusedWithItsIndex() throws IOException {
        byte[] damaged = Files.readAllBytes(database);
        byte[] row =
                Rows.ofEntry(model.state().entries().get(model.state().entries().size() - 1));
        flipEveryCopy(damaged, row);
        Files.write(database, damaged);

        long index = model.state().base().lastIncludedIndex()
                + model.state().entries().size();
        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContainingAll("raft.data-dir", "entry " + index + " is damaged", "checksum");
    }

    @Test
    void aFlippedBitInTheVoteIsRefused() throws IOException {
        byte[] damaged = Files.readAllBytes(database);
        flipEveryCopy(damaged, Rows.ofState(onDatabase(LogDatabase::state)));
        Files.write(database, damaged);

        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("the state is damaged");
    }

    @ParameterizedTest // scenario P8
    @ValueSource(doubles = {0, 0.1, 0.5, 0.9, 0.99})
    void aTruncatedDatabaseIsRefused(double part) throws IOException {
        byte[] intact = Files.readAllBytes(database);
        Files.write(database, Arrays.copyOf(intact, (int) (intact.length * part)));

        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("raft.data-dir");
    }

    @Test
    void rowsThatDoNotFitTogetherAreRefused() throws IOException {
        byte[] intact = Files.readAllBytes(database);
        long first = model.state().base().lastIncludedIndex() + 1;
        long last = first + model.state().entries().size() - 1;
        Map<String, Consumer<LogDatabase>> changes = Map.of(
                "the log ends with entry " + (last - 1),
                changed -> changed.removeEntry(last),
                "entry " + first + " is missing",
                changed -> changed.removeEntry(first),
                "the log ends with entry " + (last + 1),
                changed -> changed.putEntry(new NoOp(last + 1, 1L << 60)),
                "follows one of term",
                changed -> changed.putEntry(new NoOp(last, 1)),
                "the base is another one",
                changed -> changed.putBase(SnapshotMetadata.bootstrap(THREE)));
        for (Map.Entry<String, Consumer<LogDatabase>> change : changes.entrySet()) {
            Files.write(database, intact);
            onDatabase(opened -> {
                change.getValue().accept(opened);
                opened.makeDurable();
                return opened;
            });
            assertThatThrownBy(this::loaded)
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining(change.getKey());
        }
    }

    @Test // scenario P11
    void anOldCopyOfTheDatabaseIsRefused() throws IOException {
        byte[] copy = Files.readAllBytes(database);
        write(1);
        byte[] current = Files.readAllBytes(database);

        Files.write(database, copy);
        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContainingAll("raft-log.mv.db ends with write 61 ", "there was already write 62 ");

        Files.write(database, current);
        assertThat(loaded()).contains(model.state());
    }

    @Test
    void theDatabaseOfAnotherServerIsRefused(@TempDir Path other) throws IOException {
        try (RaftStorage disk = new H2StorageFactory(other, NodeId.of("n1"), "test", THREE).open()) {
            disk.load();
        }
        Files.copy(other.resolve("raft-log.mv.db"), database, StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(this::loaded)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("identity.json says");
    }

    @Test
    void aTornMarkLeavesTheOneBeforeAndTwoTornOnesAreRefused() throws IOException {
        Path file = directory.resolve("raft-log.mark");
        byte[] mark = Files.readAllBytes(file);
        byte[] torn = mark.clone();
        torn[20] ^= 1;
        Files.write(file, torn);
        assertThat(loaded()).contains(model.state());

        Arrays.fill(mark, (byte) 0);
        Files.write(file, mark);
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
        LogDatabase opened = LogDatabase.open("file:" + database);
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
