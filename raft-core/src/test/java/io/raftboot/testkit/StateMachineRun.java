package io.raftboot.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A state machine as a server uses it, with everything it answered. The index of a command is its place in the list. */
final class StateMachineRun {

    private static final Instant BEGINNING = Instant.parse("2030-01-01T00:00:00Z");
    private static final int COMMANDS_PER_TERM = 3;

    private final StateMachine stateMachine;
    private final List<byte[]> commands;
    private final List<byte[]> queries;
    private final List<String> results = new ArrayList<>();

    StateMachineRun(StateMachine stateMachine, List<byte[]> commands, List<byte[]> queries) {
        this.stateMachine = stateMachine;
        this.commands = commands;
        this.queries = queries;
    }

    List<byte[]> commands() {
        return commands;
    }

    List<byte[]> queries() {
        return queries;
    }

    void applyUpTo(int count) {
        while (results.size() < count) {
            applyNext();
        }
    }

    /** Applies one command more. @return whether there was one */
    boolean applyNext() {
        int index = results.size();
        if (index == commands.size()) {
            return false;
        }
        CommandContext context =
                new CommandContext(index + 1, 1 + index / COMMANDS_PER_TERM, BEGINNING.plusMillis(10L * index));
        byte[] result = stateMachine.apply(context, commands.get(index));
        assertThat(result)
                .as("the result of %s", Text.brief(commands.get(index)))
                .isNotNull();
        results.add(Text.of(result));
        return true;
    }

    List<String> answers() {
        List<String> answers = new ArrayList<>();
        for (byte[] query : queries) {
            byte[] answer = stateMachine.query(query);
            assertThat(answer).as("the answer to %s", Text.brief(query)).isNotNull();
            answers.add(Text.of(answer));
        }
        return answers;
    }

    SnapshotWriter capture() {
        SnapshotWriter captured = stateMachine.snapshot();
        assertThat(captured).as("the snapshot").isNotNull();
        return captured;
    }

    byte[] written(SnapshotWriter captured) throws Exception {
        return written(captured, () -> false);
    }

    /**
     * What a snapshot consists of.
     *
     * @param meanwhile what happens each time that something is written
     */
    byte[] written(SnapshotWriter captured, Callable<Boolean> meanwhile) throws IOException {
        Target target = new Target(meanwhile);
        captured.writeTo(target);
        assertThat(target.isClosed).as("the stream is closed by the writer").isFalse();
        return target.bytes.toByteArray();
    }

    /** Takes over the state that another one had, and with it what that one answered so far. */
    void restore(StateMachineRun other, byte[] snapshot) throws IOException {
        Source source = new Source(snapshot);
        stateMachine.restore(source);
        assertThat(source.isClosed)
                .as("the stream is closed by the state machine")
                .isFalse();
        results.clear();
        results.addAll(other.results);
    }

    void assertSameAs(StateMachineRun other) {
        for (int i = 0; i < results.size(); i++) {
            assertThat(results.get(i))
                    .as("the result of command %d, %s, on another server", i + 1, Text.brief(commands.get(i)))
                    .isEqualTo(other.results.get(i));
        }
        List<String> answers = answers();
        List<String> expected = other.answers();
        for (int i = 0; i < queries.size(); i++) {
            assertThat(answers.get(i))
                    .as(
                            "the answer to %s after %d commands, on another server",
                            Text.of(queries.get(i)), results.size())
                    .isEqualTo(expected.get(i));
        }
    }

    private static final class Target extends OutputStream {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Callable<Boolean> meanwhile;
        private boolean isClosed;

        Target(Callable<Boolean> meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] written, int offset, int length) {
            bytes.write(written, offset, length);
            try {
                meanwhile.call();
            } catch (Exception e) {
                throw new AssertionError("no command could be applied while the snapshot was written", e);
            }
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    /** Comes in small pieces, as from a network. */
    private static final class Source extends InputStream {

        private final ByteArrayInputStream bytes;
        private boolean isClosed;

        Source(byte[] bytes) {
            this.bytes = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return bytes.read(into, offset, Math.min(length, 3));
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
