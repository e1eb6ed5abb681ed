package io.raftboot.spring.http;

import java.util.Optional;

/** A call is not carried out, and nothing changes by it. */
final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;
    private final transient Optional<Challenge> challenge;

    private Refused(Problem problem, Optional<Challenge> challenge) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
        this.challenge = challenge;
    }

    Refused(Problem problem) {
        this(problem, Optional.empty());
    }

    Refused(int status, String title, String detail) {
        this(Problem.refused(status, title, detail));
    }

    /** The signature is right, but for another process: the call must be made again with this session. */
    static Refused otherSession(Challenge challenge) {
        String detail = "the session is not of this process";
        return new Refused(Problem.refused(401, "unauthorized", detail), Optional.of(challenge));
    }

    /** The call was here before, and may have been carried out then: the next needs a higher sequence. */
    static Refused replayed(Challenge challenge) {
        String detail = "the call was seen before";
        return new Refused(Problem.unknown(401, "unauthorized", detail), Optional.of(challenge));
    }

    Problem problem() {
        return problem;
    }

    Optional<Challenge> challenge() {
        return challenge;
    }
}
