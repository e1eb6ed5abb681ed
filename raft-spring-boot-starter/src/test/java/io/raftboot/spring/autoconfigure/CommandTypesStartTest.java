package io.raftboot.spring.autoconfigure;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.model.Consistency;
import io.raftboot.spi.StateMachine;
import io.raftboot.spring.RaftTemplate;
import io.raftboot.spring.typed.CommandType;
import io.raftboot.spring.typed.RaftCommand;
import io.raftboot.spring.typed.RaftQuery;
import io.raftboot.spring.typed.TypedStateMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;

/** One data directory, and the versions of an application that are started on it, each a real server with a real disk. */
class CommandTypesStartTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    record Increment(long by) implements RaftCommand<Long> {}

    @CommandType(name = "Increment")
    record Changed(int by) implements RaftCommand<Long> {}

    @CommandType(name = "Increment")
    record Noted(long by, Optional<String> note) implements RaftCommand<Long> {}

    @CommandType(name = "Increment", version = 2)
    record Second(int by) implements RaftCommand<Long> {}

    record Current() implements RaftQuery<Long> {}

    /** Counts; what it is told, the versions say. */
    abstract static class Counter extends TypedStateMachine<Long> {

        private long count;

        Counter() {
            answer(Current.class, current -> count);
        }

        long add(long by) {
            count += by;
            return count;
        }

        @Override
        protected Long capture() {
            return count;
        }

        @Override
        protected void restore(Long state) {
            count = state;
        }
    }

    static final class Original extends Counter {
        Original() {
            on(Increment.class, (context, command) -> add(command.by()));
        }
    }

    static final class WithAChangedRecord extends Counter {
        WithAChangedRecord() {
            on(Changed.class, (context, command) -> add(command.by()));
        }
    }

    static final class WithAnOptionalMore extends Counter {
        WithAnOptionalMore() {
            on(Noted.class, (context, command) -> add(command.by()));
        }
    }

    static final class WithASecondVersion extends Counter {
        WithASecondVersion() {
            on(Increment.class, (context, command) -> add(command.by()));
            on(Second.class, (context, command) -> add(command.by()));
        }
    }

    static final class WithTheSecondVersionOnly extends Counter {
        WithTheSecondVersionOnly() {
            on(Second.class, (context, command) -> add(command.by()));
        }
    }

    static final class WithTheFirstVersionRetired extends Counter {
        WithTheFirstVersionRetired() {
            on(Second.class, (context, command) -> add(command.by()));
            retire("Increment", 1);
        }
    }

    @TempDir
    Path directory;

    private ApplicationContextRunner application() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(RaftAutoConfiguration.class, RaftPeerAutoConfiguration.class))
                .withPropertyValues("raft.data-dir=" + directory);
    }

    private void run(Class<? extends Counter> version, Consumer<AssertableApplicationContext> check) {
        application().withBean(version).run(check::accept);
    }

    private void assertStarts(Class<? extends Counter> version) {
        run(version, context -> assertThat(context).hasNotFailed());
    }

    private void assertRefused(Class<? extends Counter> version, String... words) {
        run(version, context -> assertThat(explanation(context)).contains(words));
    }

    private static String explanation(AssertableApplicationContext context) {
        Throwable failure = requireNonNull(context.getStartupFailure(), "it has started");
        FailureAnalysis analysis =
                requireNonNull(new CommandTypesFailureAnalyzer().analyze(failure), failure::toString);
        return analysis.getDescription() + "\n" + analysis.getAction();
    }

    private Path file() {
        return directory.resolve("command-types.json");
    }

    @Test
    void anApplicationSubmitsAndAsksInRecordsAndFindsItsStateAgain() {
        run(Original.class, context -> {
            RaftTemplate raft = context.getBean(RaftTemplate.class);
            assertThat(raft.submitAndWait(new Increment(3), LIMIT).value()).isEqualTo(3L);
        });
        run(Original.class, context -> {
            RaftTemplate raft = context.getBean(RaftTemplate.class);
            assertThat(raft.queryAndWait(new Current(), Consistency.LINEARIZABLE, LIMIT)
                            .value())
                    .isEqualTo(3L);
        });
    }

    @Test
    void whatTheFirstVersionOfACommandDidIsDoneByALaterVersionOfTheApplication() {
        run(Original.class, context -> context.getBean(RaftTemplate.class).submitAndWait(new Increment(3), LIMIT));
        run(WithASecondVersion.class, context -> {
            RaftTemplate raft = context.getBean(RaftTemplate.class);
            assertThat(raft.submitAndWait(new Second(4), LIMIT).value()).isEqualTo(7L);
        });
    }

    @Test
    void aChangedRecordIsRefusedWithTheNameOfItsType() throws IOException {
        assertStarts(Original.class);
        String before = Files.readString(file());

        assertRefused(WithAChangedRecord.class, "'Increment', version 1", "'by' was long and is int", "version = 2");

        assertThat(file()).hasContent(before);
        assertStarts(Original.class);
    }

    @Test
    void aTypeThatIsGoneIsRefusedUntilItIsRetired() {
        assertStarts(Original.class);

        assertRefused(WithTheSecondVersionOnly.class, "'Increment', version 1", "retire(\"Increment\", 1)");
        assertStarts(WithTheFirstVersionRetired.class);
        assertStarts(WithTheSecondVersionOnly.class);
    }

    @Test
    void itIsRefusedWhateverTheBeanIsDeclaredAs() {
        application()
                .withBean(StateMachine.class, Original::new)
                .run(context -> assertThat(context.getBean(RaftTemplate.class)
                                .submitAndWait(new Increment(3), LIMIT)
                                .value())
                        .isEqualTo(3L));

        application()
                .withBean(StateMachine.class, WithAChangedRecord::new)
                .run(context -> assertThat(explanation(context)).contains("'Increment', version 1"));
    }

    @Test
    void anOptionalComponentCanBeAdded() {
        assertStarts(Original.class);
        assertStarts(WithAnOptionalMore.class);
        assertRefused(Original.class, "'Increment', version 1", "'note' is gone");
    }

    @Test
    void anOlderVersionThatDoesNotKnowWhatTheNewerOneMayHaveWrittenIsRefused() {
        assertStarts(WithASecondVersion.class);
        assertRefused(Original.class, "'Increment', version 2", "start the newer one");
    }

    @Test
    void aFileThatCannotBeReadIsRefusedAndLeftAsItIs() throws IOException {
        assertStarts(Original.class);
        Files.writeString(file(), "{\"format\":1,");

        assertRefused(Original.class, "command-types.json", "raft.data-dir", "delete the file");

        assertThat(file()).hasContent("{\"format\":1,");
    }

    @Test
    void aFileThatIsNotThereIsWrittenAnew() throws IOException {
        assertStarts(Original.class);
        Files.delete(file());

        assertStarts(Original.class);

        assertThat(file()).exists();
    }

    @Test
    void theRefusalIsExplained() {
        assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
                        .load(FailureAnalyzer.class, (type, name, problem) -> {}))
                .hasAtLeastOneElementOfType(CommandTypesFailureAnalyzer.class);
    }
}
