package io.raftboot.spring.http;

import java.util.ArrayList;
import java.util.List;

/** The answers to {@link CallsTogether}, in the same order. */
record AnswersTogether(List<ForwardedAnswer> answers) {

    /** What an answer takes beside the result's value, or a problem, in bytes at most. */
    static final int ANSWER_BYTES = 512;

    /**
     * As many of them as fit. A result that does not is said to be unknown, whether it is a command's or a read's: to say that nothing was
     * applied would be wrong, and whoever asks again gets it, since its caller sends fewer at a time from then on.
     *
     * @param maxBytes the largest answer, in bytes
     */
    static AnswersTogether fitting(List<ForwardedAnswer> answers, int maxBytes) {
        long left = maxBytes - (long) ANSWER_BYTES * (answers.size() + 1);
        List<ForwardedAnswer> fitting = new ArrayList<>(answers.size());
        for (ForwardedAnswer answer : answers) {
            long size = answer.result().map(ForwardedResult::valueBytes).orElse(0L);
            boolean fits = size <= left;
            left -= fits ? size : 0;
            fitting.add(fits ? answer : leftOut());
        }
        return new AnswersTogether(fitting);
    }

    private static ForwardedAnswer leftOut() {
        return ForwardedAnswer.of(Problem.unknown(500, "left out", "the result did not fit into the answer")
                .because(Problem.LEFT_OUT));
    }
}
