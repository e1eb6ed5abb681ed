package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.memory.MemoryDisk;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.spi.RaftStorage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class EarlyStorageTest {

    private final AtomicInteger openings = new AtomicInteger();
    private final MemoryDisk memory = new MemoryDisk(new Identity("c", "default", NodeId.of("n1"), "i"));
    private final RaftStorage.Factory disk = () -> {
        openings.incrementAndGet();
        return memory.open();
    };
    private final RaftStorage.Factory damaged = () -> {
        openings.incrementAndGet();
        throw new IllegalStateException("damaged");
    };

    @Test
    void itIsOpenBeforeAnybodyAsksForItAndOpenedOnce() {
        EarlyStorage early = EarlyStorage.opening(disk, Runnable::run);
        assertThat(openings).hasValue(1);

        assertThat(early.open().identity().nodeId()).isEqualTo(NodeId.of("n1"));

        assertThat(openings).hasValue(1);
    }

    @Test
    void aDiskThatIsToWaitIsOpenedWhenSomebodyAsksForIt() {
        EarlyStorage early = EarlyStorage.waiting(disk);
        assertThat(openings).hasValue(0);

        early.open();

        assertThat(openings).hasValue(1);
    }

    @Test
    void whyItCannotBeOpenedIsToldWhenSomebodyAsksForIt() {
        EarlyStorage early = EarlyStorage.opening(damaged, Runnable::run);

        assertThatThrownBy(early::open)
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("damaged");
        assertThat(openings).hasValue(1);
    }

    @Test
    void aServerThatIsStartedAgainOpensItAgain() {
        EarlyStorage early = EarlyStorage.opening(disk, Runnable::run);
        early.open().close();

        early.open();

        assertThat(openings).hasValue(2);
    }

    @Test
    void whatNobodyHasAskedForIsGivenBack() {
        EarlyStorage early = EarlyStorage.opening(disk, Runnable::run);

        early.close();

        assertThat(memory.open().identity().nodeId()).isEqualTo(NodeId.of("n1"));
    }

    @Test
    void whatSomebodyHasAskedForIsLeftToThem() {
        EarlyStorage early = EarlyStorage.opening(disk, Runnable::run);
        early.open();

        early.close();

        assertThatThrownBy(memory::open).hasMessageContaining("in use");
    }

    @Test
    void whatHasNotOpenedNeedsNotBeGivenBack() {
        EarlyStorage early = EarlyStorage.opening(damaged, Runnable::run);

        early.close();

        assertThat(openings).hasValue(1);
    }
}
