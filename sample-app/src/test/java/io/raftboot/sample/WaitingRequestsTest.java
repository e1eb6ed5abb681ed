package io.raftboot.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.raftboot.model.RaftException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class WaitingRequestsTest {

    private final WaitingRequests waiting = WaitingRequests.inHeapOf(512 << 10);

    private CompletableFuture<String> begun() {
        return waiting.admit(CompletableFuture::new);
    }

    @Test
    void oneMoreThanMayWaitIsRefusedBeforeAnythingIsDone() {
        CompletableFuture<String> answered = begun();
        assertThat(begun()).isNotDone();
        assertThatExceptionOfType(RaftException.Overloaded.class)
                .isThrownBy(() -> waiting.admit(() -> {
                    throw new AssertionError("begun");
                }));

        answered.complete("there");
        assertThat(begun()).isNotDone();
        assertThatExceptionOfType(RaftException.Overloaded.class).isThrownBy(this::begun);
    }

    @Test
    void whatFailsOrIsGivenUpMakesRoom() {
        begun().completeExceptionally(new RaftException.OutcomeUnknown("a test"));
        begun().completeExceptionally(new TimeoutException());
        assertThatIllegalStateException()
                .isThrownBy(() -> waiting.admit(() -> {
                    throw new IllegalStateException("not begun");
                }));

        assertThat(begun()).isNotDone();
        assertThat(begun()).isNotDone();
    }

    @Test
    void aHeapOf128MegabytesHasRoomFor512() {
        WaitingRequests many = WaitingRequests.inHeapOf(128 << 20);
        for (int i = 0; i < 512; i++) {
            assertThat(many.admit(CompletableFuture::new)).isNotDone();
        }

        assertThatExceptionOfType(RaftException.Overloaded.class).isThrownBy(() -> many.admit(CompletableFuture::new));
    }
}
