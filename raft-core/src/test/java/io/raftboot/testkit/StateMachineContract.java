package io.raftboot.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What every {@link StateMachine} does: the same commands give the same results on every server, and it makes no difference
 * whether a server applied them all or began with a snapshot. Extend it and say which commands and questions there are; what
 * they do not touch is not tested.
 *
 * <p>A look at the clock, randomness or the order of a hash table is found when two runs in one process come out differently;
 * {@link RaftTestCluster#assertEqualStates} is the check for a whole cluster.
 */
public abstract class StateMachineContract {

    /** How long a command may wait for a snapshot that is being written, before the writer counts as holding it up. */
    private static final int PATIENCE_SECONDS = 30;

    /** How many places in the commands a snapshot is taken at, beside the beginning and the end. */
    private static final int CUTS = 10;

    /** For subclasses. */
    protected StateMachineContract() {
        // Nothing is applied yet.
    }

    /** An empty state machine; a new one at each call. */
    protected abstract StateMachine newStateMachine();

    /** Commands of every kind, in an order in which they meet each other, refused ones too; new arrays at each call. */
    protected abstract List<byte[]> commands();

    /** Questions that together ask for the whole state; new arrays at each call. */
    protected abstract List<byte[]> queries();

    @Test
    void theSameCommandsGiveTheSameResultsAndTheSameAnswers() {
        StateMachineRun first = fresh();
        StateMachineRun second = fresh();
        first.applyUpTo(commands().size());
        second.applyUpTo(commands().size());

        second.assertSameAs(first);
    }

    @Test
    void questionsAndSnapshotsChangeNothing() {
        StateMachineRun untouched = fresh();
        untouched.applyUpTo(commands().size());
        StateMachineRun asked = fresh();
        for (int i = 1; i <= commands().size(); i++) {
            List<String> answers = asked.answers();
            asked.capture();
            assertThat(asked.answers()).as("the answers, asked again").isEqualTo(answers);
            asked.applyUpTo(i);
        }

        asked.assertSameAs(untouched);
    }

    @Test
    void aServerThatBeginsWithASnapshotGoesOnLikeTheOthers() throws Exception {
        for (int cut : cuts()) {
            StateMachineRun original = fresh();
            original.applyUpTo(cut);
            StateMachineRun restored = fresh();
            restored.restore(original, original.written(original.capture()));
            restored.assertSameAs(original);

            original.applyUpTo(commands().size());
            restored.applyUpTo(commands().size());
            restored.assertSameAs(original);
        }
    }

    @Test
    void aSnapshotReplacesTheStateAndIsNotAddedToIt() throws Exception {
        for (int cut : cuts()) {
            StateMachineRun original = fresh();
            original.applyUpTo(cut);
            StateMachineRun used = fresh();
            used.applyUpTo(commands().size());

            used.restore(original, original.written(original.capture()));
            used.assertSameAs(original);
        }
    }

    @Test
    void aSnapshotOfARestoredStateIsWorthAsMuch() throws Exception {
        StateMachineRun original = fresh();
        original.applyUpTo(commands().size());
        StateMachineRun second = fresh();
        second.restore(original, original.written(original.capture()));
        StateMachineRun third = fresh();
        third.restore(original, second.written(second.capture()));

        third.assertSameAs(original);
    }

    @Test
    void aSnapshotIsTheStateAsItWasCapturedWhateverIsAppliedBeforeItIsWritten() throws Exception {
        for (int cut : cuts()) {
            StateMachineRun original = fresh();
            original.applyUpTo(cut);
            StateMachineRun then = fresh();
            then.applyUpTo(cut);

            SnapshotWriter captured = original.capture();
            original.applyUpTo(commands().size());
            StateMachineRun restored = fresh();
            restored.restore(then, original.written(captured));

            restored.assertSameAs(then);
        }
    }

    @Test
    void commandsAreAppliedOnTheirOwnThreadWhileASnapshotIsWritten() throws Exception {
        ExecutorService applyThread = Executors.newSingleThreadExecutor();
        try {
            for (int cut : cuts()) {
                StateMachineRun original = fresh();
                StateMachineRun then = fresh();
                then.applyUpTo(cut);
                SnapshotWriter captured = applyThread
                        .submit(() -> {
                            original.applyUpTo(cut);
                            return original.capture();
                        })
                        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);

                byte[] written = original.written(
                        captured,
                        () -> applyThread.submit(original::applyNext).get(PATIENCE_SECONDS, TimeUnit.SECONDS));
                StateMachineRun restored = fresh();
                restored.restore(then, written);

                restored.assertSameAs(then);
            }
        } finally {
            applyThread.shutdown();
        }
    }

    @Test
    void commandsAndQuestionsAreNotChanged() {
        StateMachineRun subject = fresh();
        subject.applyUpTo(commands().size());
        assertThat(subject.answers()).hasSize(queries().size());

        assertThat(texts(subject.commands())).as("the commands, afterwards").isEqualTo(texts(commands()));
        assertThat(texts(subject.queries())).as("the questions, afterwards").isEqualTo(texts(queries()));
    }

    @Test
    void thereIsSomethingToTest() {
        assertThat(commands()).as("commands()").hasSizeGreaterThan(1);
        assertThat(queries()).as("queries()").isNotEmpty();
        StateMachineRun empty = fresh();
        StateMachineRun full = fresh();
        full.applyUpTo(commands().size());
        assertThat(full.answers())
                .as("the answers after the commands; if nothing has changed, the questions see nothing")
                .isNotEqualTo(empty.answers());
    }

    private StateMachineRun fresh() {
        return new StateMachineRun(newStateMachine(), commands(), queries());
    }

    private List<Integer> cuts() {
        int size = commands().size();
        return IntStream.rangeClosed(0, CUTS + 1)
                .map(i -> Math.toIntExact((long) size * i / (CUTS + 1)))
                .distinct()
                .boxed()
                .toList();
    }

    private static List<String> texts(List<byte[]> bytes) {
        return new ArrayList<>(bytes.stream().map(Text::of).toList());
    }
}
