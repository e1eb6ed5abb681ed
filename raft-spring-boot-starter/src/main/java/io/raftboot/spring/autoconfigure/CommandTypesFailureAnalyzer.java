package io.raftboot.spring.autoconfigure;

import io.raftboot.spring.typed.IncompatibleCommandTypes;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows the developer which command type has changed, and what to do, instead of a stack trace. */
final class CommandTypesFailureAnalyzer extends AbstractFailureAnalyzer<IncompatibleCommandTypes> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, IncompatibleCommandTypes cause) {
        return new FailureAnalysis(cause.problem(), cause.action(), rootFailure);
    }
}
