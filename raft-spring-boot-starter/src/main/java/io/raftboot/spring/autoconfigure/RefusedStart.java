package io.raftboot.spring.autoconfigure;

/** The application is not configured so that its server could start. What is wrong and what to write instead, for the operator. */
final class RefusedStart extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String action;

    /**
     * A refusal.
     *
     * @param problem what is wrong, a sentence
     * @param action what to write instead, a sentence
     */
    RefusedStart(String problem, String action) {
        super(problem + " " + action);
        this.problem = problem;
        this.action = action;
    }

    /** The property {@code name} has the wrong {@code value}. The value ends up in the log: no secrets. */
    static RefusedStart property(String name, Object value, String reason, String action) {
        return new RefusedStart("The property '" + name + "' has the value '" + value + "': " + reason + ".", action);
    }

    String problem() {
        return problem;
    }

    String action() {
        return action;
    }
}
