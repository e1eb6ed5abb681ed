package io.raftboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.RequestId.Automatic;
import io.raftboot.model.SessionLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ForgottenIdsTest {

    private static final SessionLimits A_SECOND = new SessionLimits(10, 1000, 1 << 10);

    private final ForgottenIds forgotten = new ForgottenIds();

    @Test
    void whatAProcessNumberedBeforeAForgottenIdMayBeForgottenAndNothingBehindIt() {
        forgotten.add(new Automatic("a", 7), 0);

        assertThat(contains("a", 1)).isTrue();
        assertThat(contains("a", 7)).isTrue();
        assertThat(contains("a", 8)).isFalse();
        assertThat(contains("b", 1)).isFalse();
    }

    @Test
    void idsAreForgottenInAnyOrder() {
        forgotten.add(new Automatic("a", 7), 0);
        forgotten.add(new Automatic("a", 3), 0);

        assertThat(contains("a", 7)).isTrue();
        assertThat(contains("a", 8)).isFalse();
    }

    @Test
    void aProcessIsLetGoWhenNoneOfItsIdsWasForgottenForTheTimeThatOneIsRemembered() {
        forgotten.add(new Automatic("a", 1), 0);
        forgotten.add(new Automatic("b", 1), 500);
        forgotten.add(new Automatic("a", 2), 900);

        forgotten.forget(A_SECOND, 1499);
        assertThat(contains("b", 1)).isTrue();
        forgotten.forget(A_SECOND, 1500);
        assertThat(contains("b", 1)).isFalse();
        assertThat(contains("a", 2)).isTrue();
        forgotten.forget(A_SECOND, 1900);
        assertThat(contains("a", 1)).isFalse();
    }

    @Test
    void ofTooManyProcessesTheOneThatIsLongestWithoutAForgottenIdGoes() {
        for (int i = 0; i < ForgottenIds.MAX_PROCESSES; i++) {
            forgotten.add(new Automatic("p" + i, 5), 0);
        }
        forgotten.add(new Automatic("p0", 4), 0);
        assertThat(contains("p1", 5)).isTrue();

        forgotten.add(new Automatic("one more", 1), 0);

        assertThat(contains("p0", 5)).isTrue();
        assertThat(contains("p1", 1)).isFalse();
        assertThat(contains("p2", 5)).isTrue();
        assertThat(contains("one more", 1)).isTrue();
    }

    @Test
    void aSnapshotHasNumbersTimesAndOrderAndNothingOfWhatComesLater() throws IOException {
        forgotten.add(new Automatic("b", 2), 100);
        forgotten.add(new Automatic("a", 1), 200);
        var captured = forgotten.snapshot();
        forgotten.add(new Automatic("a", 9), 300);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        captured.writeTo(bytes);

        ForgottenIds copy = new ForgottenIds();
        copy.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));

        assertThat(copy.mayContain(new Automatic("b", 2))).isTrue();
        assertThat(copy.mayContain(new Automatic("a", 1))).isTrue();
        assertThat(copy.mayContain(new Automatic("a", 2))).isFalse();
        copy.forget(A_SECOND, 1100);
        assertThat(copy.mayContain(new Automatic("b", 2))).isFalse();
        assertThat(copy.mayContain(new Automatic("a", 1))).isTrue();
    }

    private boolean contains(String process, long number) {
        return forgotten.mayContain(new Automatic(process, number));
    }
}
