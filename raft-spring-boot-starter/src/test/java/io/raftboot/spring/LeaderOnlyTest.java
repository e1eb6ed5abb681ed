package io.raftboot.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.raftboot.model.RaftException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.config.ScheduledTask;

/** Bug R55: a job of the leader. The jobs are due in an hour and run by hand. */
@ExtendWith(OutputCaptureExtension.class)
class LeaderOnlyTest {

    private static final long AN_HOUR = 3_600_000;

    private final AtomicReference<OptionalLong> term = new AtomicReference<>(OptionalLong.of(7));
    private final RaftLeadership leadership = new RaftLeadership(term::get);

    /** What a job does. */
    private interface Work {

        void run();
    }

    /** Without an interface. */
    static class Plain {

        private final Work work;

        Plain(Work work) {
            this.work = work;
        }

        @Scheduled(initialDelay = AN_HOUR, fixedDelay = AN_HOUR)
        @LeaderOnly
        void job() {
            work.run();
        }
    }

    /** With an interface that does not name the job. */
    static class WithAnInterface implements AutoCloseable {

        private final Work work;

        WithAnInterface(Work work) {
            this.work = work;
        }

        @Scheduled(initialDelay = AN_HOUR, fixedDelay = AN_HOUR)
        @LeaderOnly
        public void job() {
            work.run();
        }

        @Override
        public void close() {}
    }

    static final class FinalClass {

        @LeaderOnly
        public void job() {}
    }

    static class PrivateMethod {

        @LeaderOnly
        @SuppressWarnings("UnusedMethod")
        private void job() {}
    }

    static class FinalMethod {

        @LeaderOnly
        public final void job() {}
    }

    static class WithAResult {

        @LeaderOnly
        public int job() {
            return 1;
        }
    }

    @EnableScheduling
    static class Scheduling {}

    @ParameterizedTest
    @ValueSource(classes = {Plain.class, WithAnInterface.class})
    void aScheduledMethodRunsOnTheLeaderAloneAndGetsTheToken(Class<?> job) {
        List<Long> tokens = new ArrayList<>();
        try (AnnotationConfigApplicationContext context = context(job, () -> tokens.add(leadership.token()))) {
            runJobs(context);
            term.set(OptionalLong.empty());
            runJobs(context);
            term.set(OptionalLong.of(9));
            runJobs(context);
        }

        assertThat(tokens).containsExactly(7L, 9L);
    }

    @Test
    void whoLosesLeadershipMeanwhileKeepsItsTokenAndIsNamedInTheLog(CapturedOutput output) {
        List<Long> tokens = new ArrayList<>();
        Work work = () -> {
            term.set(OptionalLong.of(9));
            tokens.add(leadership.token());
        };
        try (AnnotationConfigApplicationContext context = context(Plain.class, work)) {
            runJobs(context);
        }

        assertThat(tokens).containsExactly(7L);
        assertThat(leadership.token()).isEqualTo(9);
        assertThat(output).contains("Plain.job was begun as leader of term 7, and leadership was lost meanwhile");
    }

    @Test
    void whoKeepsLeadershipIsNotNamed(CapturedOutput output) {
        try (AnnotationConfigApplicationContext context = context(Plain.class, () -> {})) {
            runJobs(context);
        }

        assertThat(output).doesNotContain("leadership was lost");
    }

    @Test
    void aJobThatFailsFailsAsItIs() {
        Work work = () -> {
            throw new IllegalStateException("asked to fail");
        };
        try (AnnotationConfigApplicationContext context = context(Plain.class, work)) {
            assertThatThrownBy(() -> context.getBean(Plain.class).job())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("asked to fail");
        }
        assertThat(leadership.token()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(classes = {FinalClass.class, PrivateMethod.class, FinalMethod.class, WithAResult.class})
    void whereItCannotWorkTheApplicationDoesNotStart(Class<?> job) {
        GenericApplicationContext context = new AnnotationConfigApplicationContext();
        context.registerBean(LeaderOnlyPostProcessor.class, () -> new LeaderOnlyPostProcessor(() -> leadership));
        context.registerBean(job);

        assertThatThrownBy(context::refresh)
                .isInstanceOf(BeanCreationException.class)
                .hasMessageContaining("@LeaderOnly cannot be on")
                .hasMessageContaining("job");
    }

    @Test
    void withoutLeadershipThereIsNoToken() {
        assertThat(leadership.isLeader()).isTrue();
        assertThat(leadership.term()).hasValue(7);
        term.set(OptionalLong.empty());

        assertThat(leadership.isLeader()).isFalse();
        assertThatThrownBy(leadership::token).isInstanceOf(RaftException.NotLeader.class);
    }

    private AnnotationConfigApplicationContext context(Class<?> job, Work work) {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.register(Scheduling.class);
        context.registerBean(Work.class, () -> work);
        context.registerBean(LeaderOnlyPostProcessor.class, () -> new LeaderOnlyPostProcessor(() -> leadership));
        context.registerBean(job);
        context.refresh();
        return context;
    }

    private static void runJobs(AnnotationConfigApplicationContext context) {
        var scheduled =
                context.getBean(ScheduledAnnotationBeanPostProcessor.class).getScheduledTasks();
        assertThat(scheduled).hasSize(1);
        for (ScheduledTask task : scheduled) {
            task.getTask().getRunnable().run();
        }
    }
}
