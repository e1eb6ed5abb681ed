package io.raftboot.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RaftEventsTest {

    private static final NodeId N1 = NodeId.of("n1");

    private final List<Object> published = new ArrayList<>();

    @Test
    void whatBecomesOfTheServerIsPublishedInOrder() {
        RaftEvents events = new RaftEvents(published::add, Runnable::run, () -> {});

        events.onLeaderElected(N1, 3);
        events.onLeadershipGained(3);
        events.onMembersChanged(Configuration.empty());
        events.onLeadershipLost(3);

        assertThat(published)
                .containsExactly(
                        new RaftLeaderElected(N1, 3),
                        new RaftLeadershipGained(3),
                        new RaftMembersChanged(Configuration.empty()),
                        new RaftLeadershipLost(3));
    }

    @Test
    void aListenerThatFailsKeepsNoEventFromTheOthers() {
        RaftEvents events = new RaftEvents(
                event -> {
                    published.add(event);
                    throw new IllegalStateException("asked to fail");
                },
                Runnable::run,
                () -> {});

        events.onLeadershipGained(3);
        events.onLeadershipLost(3);

        assertThat(published).hasSize(2);
    }

    @Test
    void ofMoreThanMayWaitTheOldestAreDropped() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        ThreadPoolExecutor thread = RaftEvents.oneThread();
        RaftEvents events = new RaftEvents(published::add, thread, thread::shutdown);
        thread.execute(() -> {
            begun.countDown();
            awaitOrFail(held);
        });
        awaitOrFail(begun);

        for (int term = 1; term <= RaftEvents.MAX_WAITING + 1; term++) {
            events.onLeadershipGained(term);
        }
        held.countDown();
        events.close();

        assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(published).hasSize(RaftEvents.MAX_WAITING).first().isEqualTo(new RaftLeadershipGained(2));
        events.onLeadershipGained(7);
        assertThat(published).hasSize(RaftEvents.MAX_WAITING);
    }

    private static void awaitOrFail(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
