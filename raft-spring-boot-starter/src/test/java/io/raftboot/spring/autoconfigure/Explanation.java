package io.raftboot.spring.autoconfigure;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** What the operator of an application reads that did not start. */
final class Explanation {

    private Explanation() {}

    /** The explanation of a failure. @throws NullPointerException if the failure is shown as a stack trace */
    static String of(@Nullable Throwable failure) {
        Throwable started = requireNonNull(failure, "the application has started");
        FailureAnalysis analysis =
                requireNonNull(new RefusedStartFailureAnalyzer().analyze(started), started::toString);
        return analysis.getDescription() + "\n" + analysis.getAction();
    }
}
