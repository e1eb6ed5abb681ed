package io.raftboot.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.raftboot.RaftNode;
import io.raftboot.model.RaftRole;
import io.raftboot.spi.StateMachine;
import io.raftboot.spring.h2.DataDirectoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** One data directory, and applications that start on it or do not. */
class EarlyOpeningTest {

    @TempDir
    Path parent;

    private Path directory() {
        return parent.resolve("n1");
    }

    private ApplicationContextRunner application() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(RaftAutoConfiguration.class, RaftPeerAutoConfiguration.class))
                .withBean(StateMachine.class, FakeRaft.Nothing::new)
                .withPropertyValues("raft.data-dir=" + directory());
    }

    /** Fails when everything is made, and before anything is started. */
    private ApplicationContextRunner doomed() {
        return application().withBean(SmartInitializingSingleton.class, () -> () -> {
            throw new IllegalStateException("doomed");
        });
    }

    private void assertStarts() {
        application().run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void aStartThatFailsGivesTheDirectoryBack() {
        assertStarts();

        doomed().run(context -> assertThat(context).getFailure().hasMessage("doomed"));

        assertStarts();
    }

    @Test
    void aFirstStartThatFailsHasMadeNoDirectory() {
        doomed().run(context -> assertThat(context).getFailure().hasMessage("doomed"));

        assertThat(directory()).doesNotExist();
    }

    @Test
    void aServerThatWasStoppedStartsAgain() {
        assertStarts();

        application().run(context -> {
            context.getSourceApplicationContext().stop();
            context.getSourceApplicationContext().start();

            assertThat(context.getBean(RaftNode.class).status().role()).isNotEqualTo(RaftRole.FAILED);
            assertThat(context.getBean(RaftNode.class).snapshots()).isNotNull();
        });
    }

    @Test
    void aDirectoryThatCannotBeUsedIsExplainedAsEver() throws IOException {
        assertStarts();
        Files.delete(directory().resolve("raft-log.mv.db"));

        application()
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(DataDirectoryException.class)
                        .rootCause()
                        .hasMessageContaining("raft-log.mv.db is missing"));
    }
}
