package io.raftboot.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.Watch;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockAsyncContext;
import org.springframework.mock.web.MockHttpServletRequest;

/** What goes over a connection that takes bytes when it likes to. */
class EventStreamTest {

    private final FakeCluster cluster = new FakeCluster();
    private final ReplicatedStore store = new ReplicatedStore(cluster, cluster::status, WaitingRequests.inThisHeap());
    private final Connection connection = new Connection();
    private final MockAsyncContext context = new MockAsyncContext(new MockHttpServletRequest(), null);
    private final List<EventStream> over = new ArrayList<>();
    private final Watch watch = cluster.watch(1, () -> {});
    private final EventStream stream = new EventStream(context, connection, watch, "", over::add);

    @Test
    void nothingIsWrittenBeforeTheWebServerIsReady() {
        put("a");
        stream.write();
        assertThat(connection.written()).isEmpty();

        stream.onWritePossible();

        assertThat(connection.written()).startsWith(":\n\nevent: put\nid: 1\n");
    }

    @Test
    void whatIsWrittenIsFlushedAtOnceAndNothingIsWrittenTwice() {
        stream.onWritePossible();
        put("a");
        put("b");
        stream.write();
        stream.write();

        assertThat(connection.flushed).isEqualTo(connection.written().length());
        assertThat(connection.written().split("event: put", -1)).hasSize(3);
    }

    @Test
    void aConnectionThatTakesNothingIsWaitedForByNobodyAndGetsTheRestLater() {
        connection.room = 2;
        stream.onWritePossible();
        IntStream.range(0, 100).forEach(i -> put("k" + i));
        stream.write();
        assertThat(connection.written()).doesNotContain("id: 2\n");

        connection.room = Integer.MAX_VALUE;
        stream.onWritePossible();

        assertThat(connection.written()).contains("id: 2\n", "id: 100\n");
    }

    @Test
    void aSilentStreamHearsSomethingNowAndThen() {
        stream.onWritePossible();

        stream.tick();
        stream.tick();

        assertThat(connection.written()).isEqualTo(":\n\n".repeat(3));
        assertThat(over).isEmpty();
    }

    @Test
    void aCallerThatTakesNothingForAWhileIsCutOff() {
        stream.onWritePossible();
        connection.room = 0;
        for (int i = 0; i < EventStream.MAX_STALLED_TICKS; i++) {
            stream.tick();
        }
        assertThat(over).isEmpty();

        stream.tick();
        stream.tick();

        assertThat(over).containsExactly(stream);
        assertThat(cluster.watchers()).isZero();
    }

    @Test
    void aCallerThatHasGoneEndsTheStreamOnce() {
        stream.onWritePossible();
        connection.failure = Optional.of(new IOException("broken pipe"));
        put("a");

        stream.write();
        stream.write();
        stream.onError(new IOException("broken pipe"));

        assertThat(over).containsExactly(stream);
    }

    private void put(String key) {
        store.submit(new Command.Put(key, "1", Precondition.NONE), Optional.empty())
                .join();
    }

    /** Takes so many writes. */
    private static final class Connection extends ServletOutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int room = Integer.MAX_VALUE;
        private int flushed;
        private Optional<IOException> failure = Optional.empty();

        String written() {
            return bytes.toString(UTF_8);
        }

        @Override
        public boolean isReady() {
            return room > 0;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(int single) {
            throw new AssertionError("an event is written at once");
        }

        @Override
        public void write(byte[] event, int from, int length) throws IOException {
            if (failure.isPresent()) {
                throw failure.get();
            }
            room--;
            bytes.write(event, from, length);
        }

        @Override
        public void flush() {
            flushed = bytes.size();
        }
    }
}
