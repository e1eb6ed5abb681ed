package io.raftboot.memory;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.spi.RaftStorage;
import io.raftboot.testkit.ModelDisk;
import io.raftboot.testkit.RaftStorageContract;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryDiskTest extends RaftStorageContract {

    private final MemoryDisk disk = new MemoryDisk(new Identity("c", "default", ModelDisk.N1.id(), "i"));

    @Override
    protected RaftStorage open() {
        return disk.open();
    }

    @Test
    void aDiskThatIsOpenCannotBeOpened() {
        try (RaftStorage inUse = open()) {
            assertThatIllegalStateException().isThrownBy(this::open).withMessageContaining("n1 is in use");
            inUse.load();
        }
        open().close();
    }

    @Test
    void theFirstWriteNeedsABase() {
        try (RaftStorage storage = open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> storage.write(hardState(new HardState(1, Optional.empty()))))
                    .withMessageContaining("no base");
        }
    }
}
