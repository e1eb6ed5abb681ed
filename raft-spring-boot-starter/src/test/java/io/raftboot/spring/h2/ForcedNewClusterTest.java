package io.raftboot.spring.h2;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A survivor becomes a cluster of its own (scenario M19). */
class ForcedNewClusterTest {

    private static final NodeId N1 = ModelDisk.N1.id();

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void aServerOfThreeWithTwoEntries() {
        directory = temporary.resolve("n1");
        try (RaftStorage disk = factory(Optional.empty()).open()) {
            disk.load();
            disk.write(WriteBatch.bootstrap(ModelDisk.THREE));
            disk.write(new WriteBatch(
                    Optional.empty(),
                    Optional.of(new HardState(2, Optional.of(N1))),
                    OptionalLong.empty(),
                    List.of(new LogEntry.NoOp(1, 1), new LogEntry.NoOp(2, 2))));
        }
    }

    private H2StorageFactory factory(Optional<String> confirmation) {
        return new H2StorageFactory(directory, N1, "test", ModelDisk.THREE, Optional.empty(), confirmation);
    }

    private PersistedState start(Optional<String> confirmation) {
        try (RaftStorage disk = factory(confirmation).open()) {
            return disk.load().orElseThrow();
        }
    }

    private String printedCode() {
        DataDirectoryException refusal =
                catchThrowableOfType(DataDirectoryException.class, () -> start(Optional.of("true")));
        Matcher code =
                Pattern.compile("raft\\.force-new-cluster=([0-9a-f]{12}) ").matcher(refusal.action());
        assertThat(code.find()).as(refusal.action()).isTrue();
        return code.group(1);
    }

    private String clusterId() throws IOException {
        return new IdentityFile(directory).read().orElseThrow().clusterId();
    }

    private static Configuration last(PersistedState state) {
        LogEntry last = state.entries().get(state.entries().size() - 1);
        return ((LogEntry.Membership) last).configuration();
    }

    @Test
    void theFirstAttemptChangesNothingAndSaysWhatWouldBeLostAndHowToGoOn() throws IOException {
        String before = clusterId();

        assertThatThrownBy(() -> start(Optional.of("true")))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContainingAll(
                        "raft.force-new-cluster",
                        "ends with index 2 of term 2",
                        "is lost",
                        "n2",
                        "Nothing was changed");
        assertThatThrownBy(() -> start(Optional.of("123456abcdef"))).isInstanceOf(DataDirectoryException.class);
        assertThat(clusterId()).isEqualTo(before);
        assertThat(start(Optional.empty()).entries()).hasSize(2);
    }

    @Test
    void confirmedItKeepsTheWholeLogAndLeavesTheOthersBehind() throws IOException {
        String before = clusterId();
        PersistedState state = start(Optional.of(printedCode()));

        assertThat(state.entries()).hasSize(3);
        assertThat(last(state).voters()).containsExactly(N1);
        assertThat(last(state).hasRemoved(ModelDisk.N2.id())).isTrue();
        assertThat(state.hardState()).isEqualTo(new HardState(3, Optional.empty()));
        assertThat(clusterId()).isNotEqualTo(before);
    }

    @Test // bug R43: it waited for a log that nobody has any more
    void whatItWasToCatchUpWithInTheOldClusterKeepsItFromNothing() throws IOException {
        try (RaftStorage disk = factory(Optional.empty()).open()) {
            disk.join(clusterId(), 100);
        }

        try (RaftStorage disk = factory(Optional.of(printedCode())).open()) {
            disk.load();
            assertThat(disk.joinedBehind()).isZero();
        }
    }

    @Test
    void theSamePropertyAgainChangesNothing() throws IOException {
        String code = printedCode();
        start(Optional.of(code));
        String cluster = clusterId();

        assertThat(start(Optional.of(code)).entries()).hasSize(3);
        assertThat(start(Optional.empty()).entries()).hasSize(3);
        assertThat(clusterId()).isEqualTo(cluster);
    }

    @Test
    void aKillBetweenItsTwoStepsIsMadeUpForByTheNextStart() throws IOException {
        String code = printedCode();
        Path copy = Files.copy(directory.resolve("raft-log.mv.db"), temporary.resolve("copy-of-log"));
        Path mark = Files.copy(directory.resolve("raft-log.mark"), temporary.resolve("copy-of-mark"));
        start(Optional.of(code));
        String cluster = clusterId();
        Files.copy(copy, directory.resolve("raft-log.mv.db"), REPLACE_EXISTING);
        Files.copy(mark, directory.resolve("raft-log.mark"), REPLACE_EXISTING);

        PersistedState state = start(Optional.empty());

        assertThat(last(state).voters()).containsExactly(N1);
        assertThat(clusterId()).isEqualTo(cluster);
    }

    @Test
    void anotherLogNeedsAnotherConfirmation() {
        String code = printedCode();
        try (RaftStorage disk = factory(Optional.empty()).open()) {
            disk.load();
            disk.write(new WriteBatch(
                    Optional.empty(), Optional.empty(), OptionalLong.empty(), List.of(new LogEntry.NoOp(3, 2))));
        }

        assertThatThrownBy(() -> start(Optional.of(code))).isInstanceOf(DataDirectoryException.class);
    }
}
