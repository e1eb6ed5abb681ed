package io.raftboot.simulation;

import java.util.Locale;

/** A property does not hold: the run ends here and counts as failed. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Violation(String evidence) {
        super(evidence);
    }

    /** Checks a property. The evidence is formatted only if it does not hold. */
    static void require(boolean holds, String evidence, Object... arguments) {
        if (!holds) {
            throw new Violation(String.format(Locale.ROOT, evidence, arguments));
        }
    }
}
