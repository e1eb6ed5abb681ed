package io.raftboot.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.RaftException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReplayedForwardTest {

    // threat S3, bug R51: the signed refusal of a replay must not pass for "nothing was done"
    @Test
    void whoReplaysACommandCannotMakeTheCallerSendItAgain() throws Exception {
        try (TestNode n1 = TestNode.of("n1");
                TestNode n2 = TestNode.of("n2");
                FakePeer between = new FakePeer("n2", new TamperingProxy(n2, "replayed")::forward)) {
            Throwable failure = new Forwarder(n1.transport)
                    .submit(between.member(), new byte[] {1}, Optional.empty(), Duration.ofSeconds(30))
                    .handle((result, thrown) -> thrown)
                    .get(20, TimeUnit.SECONDS);

            assertThat(failure).isInstanceOf(RaftException.OutcomeUnknown.class);
            assertThat(n2.operations.commands).hasSize(1);
        }
    }
}
