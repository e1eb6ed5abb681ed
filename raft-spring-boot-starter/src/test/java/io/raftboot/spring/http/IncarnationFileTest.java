package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.NodeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IncarnationFileTest {

    private static final NodeId N1 = NodeId.of("n1");
    private static final NodeId N2 = NodeId.of("n2");

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("incarnations");
    }

    // bug R25, bug R43
    @Test
    void theFirstIncarnationIsRememberedAcrossARestart() {
        assertThat(new IncarnationFile(file()).confirm(N1, "a")).isTrue();
        IncarnationFile afterRestart = new IncarnationFile(file());

        assertThat(afterRestart.of(N1)).contains("a");
        assertThat(afterRestart.confirm(N1, "b")).isFalse();
        assertThat(afterRestart.confirm(N1, "a")).isTrue();
        assertThat(afterRestart.confirm(N2, "b")).isTrue();
        assertThat(new IncarnationFile(file()).of(N2)).contains("b");
        assertThat(new IncarnationFile(file()).of(N1)).contains("a");
    }

    @Test
    void theDirectoryNeedNotExistBeforeTheFirstUse() throws IOException {
        IncarnationFile incarnations = new IncarnationFile(directory.resolve("later/incarnations"));
        Files.createDirectory(directory.resolve("later"));

        assertThat(incarnations.of(N1)).isEmpty();
        assertThat(incarnations.confirm(N1, "a")).isTrue();
    }

    @Test
    void nothingIsRememberedThatCouldNotBeWritten() {
        IncarnationFile incarnations = new IncarnationFile(directory.resolve("missing/incarnations"));

        assertThatThrownBy(() -> incarnations.confirm(N1, "a")).isInstanceOf(UncheckedIOException.class);
        assertThat(incarnations.of(N1)).isEmpty();
    }

    @Test
    void aDamagedFileIsNamedAndNotBelieved() throws IOException {
        Files.writeString(file(), "n1 a\nn2\n");

        assertThatThrownBy(() -> new IncarnationFile(file()).of(N1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("incarnations");
    }

    @Test
    void anUnfinishedWriteChangesNothing() throws IOException {
        new IncarnationFile(file()).confirm(N1, "a");
        Files.writeString(directory.resolve("incarnations.tmp"), "n1 ");

        assertThat(new IncarnationFile(file()).of(N1)).contains("a");
    }

    // threat S19
    @Test
    void nobodyElseCanReadItAndNoDraftIsLeft() throws IOException {
        new IncarnationFile(file()).confirm(N1, "a");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
    }

    // bug R43: whom a server was only told of
    @Test
    void whoWasHeardOfIsRememberedAcrossARestartAndDoesNotTakeThePlaceOfWhoWasMet() {
        new IncarnationFile(file()).confirm(N1, "a");
        new IncarnationFile(file()).learn(new TreeMap<>(Map.of(N1, new Bearer("other", 0), N2, new Bearer("b", 0))));
        IncarnationFile afterRestart = new IncarnationFile(file());

        assertThat(afterRestart.of(N1)).contains("a");
        assertThat(afterRestart.confirm(N2, "c")).isFalse();
        assertThat(afterRestart.all()).containsOnlyKeys(N1, N2);
    }

    @Test
    void aRemovalIsRememberedAcrossARestart() {
        new IncarnationFile(file()).confirm(N1, "a");
        new IncarnationFile(file()).forget(List.of(N1), 9);

        assertThat(new IncarnationFile(file()).of(N1)).isEmpty();
        new IncarnationFile(file()).learn(new TreeMap<>(Map.of(N1, new Bearer("a", 0))));
        assertThat(new IncarnationFile(file()).of(N1)).isEmpty();
        assertThat(new IncarnationFile(file()).confirm(N1, "b")).isTrue();
        assertThat(new IncarnationFile(file()).all()).containsEntry(N1, new Bearer("b", 9));
    }

    @Test
    void whatIsKnownAlreadyIsNotWrittenAgain() throws IOException {
        IncarnationFile incarnations = new IncarnationFile(file());
        incarnations.confirm(N1, "a");
        incarnations.forget(List.of(N2), 9);
        Files.delete(file());

        incarnations.confirm(N1, "a");
        incarnations.learn(new TreeMap<>(Map.of(N1, new Bearer("a", 0))));
        incarnations.forget(List.of(N2), 12);
        assertThat(file()).doesNotExist();
    }

    @Test
    void aFileFromBeforeRemovalsWereRememberedIsRead() throws IOException {
        Files.writeString(file(), "n1 a\n");

        assertThat(new IncarnationFile(file()).all()).containsExactly(Map.entry(N1, new Bearer("a", 0)));
    }
}
