package io.raftboot.spring.h2;

import static io.raftboot.spring.h2.DiskReserve.FREE_BYTES;
import static io.raftboot.spring.h2.DiskReserve.LAST_BYTES;
import static io.raftboot.spring.h2.DiskReserve.RESERVE_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk of which the test says how full it is: what the reserve takes up is part of that. */
class DiskReserveTest {

    private static final long PLENTY = 100L << 20;

    @TempDir
    private Path directory;

    private long leftWithoutReserve = PLENTY;

    private DiskReserve reserve() {
        return new DiskReserve(
                directory,
                () -> leftWithoutReserve - (isHeld() ? RESERVE_BYTES : 0),
                () -> leftWithoutReserve += 1 << 18);
    }

    private boolean isHeld() {
        return Files.exists(directory.resolve("raft-log.reserve"));
    }

    @Test
    void whereThereIsRoomTheReserveIsTakenAndTheRestIsForCommands() throws IOException {
        assertThat(reserve().room()).isEqualTo((PLENTY - RESERVE_BYTES - FREE_BYTES) / 2);

        assertThat(Files.size(directory.resolve("raft-log.reserve"))).isEqualTo(RESERVE_BYTES);
    }

    @Test
    void commandsAreRefusedLongBeforeTheDiskIsFull() {
        DiskReserve reserve = reserve();
        reserve.room();

        leftWithoutReserve = FREE_BYTES + RESERVE_BYTES;

        assertThat(reserve.room()).isZero();
        assertThat(isHeld()).isTrue();
    }

    @Test
    void whenSomebodyElseHasFilledTheDiskTheReserveIsGivenUpAndCommandsGetNothingOfIt() {
        DiskReserve reserve = reserve();
        reserve.room();

        leftWithoutReserve = RESERVE_BYTES;

        assertThat(reserve.room()).isZero();
        assertThat(isHeld()).isFalse();
    }

    @Test
    void theReserveIsTakenAgainWhenThereIsRoomAgain() {
        DiskReserve reserve = reserve();
        reserve.room();
        leftWithoutReserve = RESERVE_BYTES;
        reserve.room();

        leftWithoutReserve = PLENTY;

        assertThat(reserve.room()).isPositive();
        assertThat(isHeld()).isTrue();
    }

    @Test
    void theReserveOfTheLastLifeIsStillThere() {
        reserve().room();

        leftWithoutReserve = RESERVE_BYTES + LAST_BYTES - 1;

        assertThat(reserve().makeRoom()).isTrue();
        assertThat(isHeld()).isFalse();
    }

    @Test
    void whatAKillHasLeftOfTheReserveIsNoneAndIsMadeWhole() throws IOException {
        Path file = directory.resolve("raft-log.reserve");
        Files.write(file, new byte[10]);

        assertThat(reserve().room()).isPositive();

        assertThat(Files.size(file)).isEqualTo(RESERVE_BYTES);
    }

    @Test
    void aWriteThatFailedForAnotherReasonIsNotMadeAgain() {
        DiskReserve reserve = reserve();
        reserve.room();

        assertThat(reserve.makeRoom()).isFalse();
        assertThat(isHeld()).isTrue();
    }

    @Test
    void aWriteWaitsForRoomOnceTheReserveIsUsedUp() {
        DiskReserve reserve = reserve();
        reserve.room();
        leftWithoutReserve = RESERVE_BYTES;
        assertThat(reserve.makeRoom()).isTrue();

        leftWithoutReserve = 0;

        assertThat(reserve.makeRoom()).isTrue();
        assertThat(leftWithoutReserve).as("what there was after four pauses").isEqualTo(LAST_BYTES);
    }

    @Test
    void whoIsInterruptedWaitsNoLonger() {
        leftWithoutReserve = 0;
        DiskReserve reserve = new DiskReserve(directory, () -> 0, () -> {
            throw new InterruptedException();
        });

        assertThat(reserve.makeRoom()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aDiskThatDoesNotSayHowFullItIsStopsTheServer() {
        DiskReserve reserve = new DiskReserve(
                directory,
                () -> {
                    throw new IOException("no answer");
                },
                () -> {});

        assertThatThrownBy(reserve::room).isInstanceOf(UncheckedIOException.class);
        assertThat(reserve.makeRoom()).isFalse();
    }
}
