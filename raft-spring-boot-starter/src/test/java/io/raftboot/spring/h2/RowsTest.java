package io.raftboot.spring.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.LogEntry;
import io.raftboot.model.SessionLimits;
import org.junit.jupiter.api.Test;

class RowsTest {

    private static final int NO_OP = 1;

    @Test
    void aNoOpComesBackWithItsLimits() {
        LogEntry noOp = new LogEntry.NoOp(7, 3, new SessionLimits(10, 3_600_000, 1 << 20));

        assertThat(Rows.toEntry(Rows.ofEntry(noOp))).isEqualTo(noOp);
    }

    @Test
    void aNoOpThatWasWrittenBeforeThereWereRequestIdsHasTheDefaultLimits() {
        byte[] old = SealedRow.seal(NO_OP, out -> {
            out.writeLong(7);
            out.writeLong(3);
        });

        assertThat(Rows.toEntry(old)).isEqualTo(new LogEntry.NoOp(7, 3, SessionLimits.DEFAULT));
    }

    @Test
    void aNoOpWithImpossibleLimitsIsDamaged() {
        byte[] impossible = SealedRow.seal(NO_OP, out -> {
            out.writeLong(7);
            out.writeLong(3);
            out.writeInt(0);
            out.writeLong(1);
            out.writeLong(1);
        });

        assertThatThrownBy(() -> Rows.toEntry(impossible)).isInstanceOf(SealedRow.DamagedRow.class);
    }
}
