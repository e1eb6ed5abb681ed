package io.raftboot.spring.http;

import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Commands or reads on their way to the leader, in one call: a plain {@link Route#SUBMIT} or {@link Route#READ} for a single one,
 * which every version knows. It is made once and never repeated (bug R51); each gets its own outcome, all of them when all have one.
 *
 * @param calls at least one, of the same freight
 * @param heed gets what the answer says about the next call, before anybody hears of it
 */
record SharedCall(Peer peer, List<ForwardedCall> calls, PeerJson json, Consumer<Advice> heed) {

    /** How much later than its time limit one may hear that the time is up because others travel with it. */
    static final Duration MAX_DELAY = Duration.ofMillis(20);

    /** How many may travel next time. */
    enum Advice {
        /** The peer does not say that it takes more. */
        ONE,
        /** Not all results fitted into the answer. */
        FEWER,
        MORE
    }

    void make() {
        try {
            Duration timeout = longest();
            calls.forEach(call -> letGoInTime(call, timeout));
            end(peer.call(route(), json.write(content()), timeout));
        } catch (CallFailed e) {
            String reason = String.valueOf(e.getMessage());
            endAll(e.sent() ? call -> call.unknown(reason) : ForwardedCall::notSent);
        } catch (RuntimeException e) {
            endAll(call -> call.unknown("forwarding failed with " + e.getClass().getSimpleName()));
        }
    }

    private Duration longest() {
        return calls.stream()
                .map(ForwardedCall::left)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static void letGoInTime(ForwardedCall call, Duration timeout) {
        Duration left = call.left();
        if (left.plus(MAX_DELAY).compareTo(timeout) < 0) {
            call.ringAfter(left, () -> false);
        }
    }

    private boolean isAlone() {
        return calls.size() == 1;
    }

    private Route route() {
        return isAlone() ? calls.get(0).freight().alone() : Route.FORWARD;
    }

    private Record content() {
        List<ForwardedItem> items = calls.stream()
                .map(call -> call.content().apply(atLeastNone(call.left())))
                .toList();
        return isAlone() ? items.get(0).alone() : new CallsTogether(items);
    }

    private static Duration atLeastNone(Duration left) {
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void end(Answer answer) {
        List<ForwardedAnswer> answers = answersOf(answer);
        heed.accept(adviceOf(answer, answers));
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).end(answers.get(i));
        }
    }

    private static Advice adviceOf(Answer answer, List<ForwardedAnswer> answers) {
        if (!answer.trusted() || !answer.other(CallsTogether.HEADER).equals(CallsTogether.HEADER_VALUE)) {
            return Advice.ONE;
        }
        return answers.stream().anyMatch(ForwardedAnswer::isLeftOut) ? Advice.FEWER : Advice.MORE;
    }

    /** @throws IllegalArgumentException if it makes no sense */
    private List<ForwardedAnswer> answersOf(Answer answer) {
        if (!answer.isOk()) {
            Problem problem = answer.problem(json)
                    .filter(why -> answer.trusted())
                    .orElseGet(() ->
                            Problem.unknown(500, "failed", peer.id() + " answered with status " + answer.status()));
            return Collections.nCopies(calls.size(), ForwardedAnswer.of(problem));
        }
        if (isAlone()) {
            return List.of(ForwardedAnswer.of(json.read(answer.body(), ForwardedResult.class)));
        }
        List<ForwardedAnswer> answers =
                json.read(answer.body(), AnswersTogether.class).answers();
        if (answers.size() != calls.size()) {
            throw new IllegalArgumentException(answers.size() + " answers to " + calls.size() + " calls");
        }
        return answers;
    }

    private void endAll(Consumer<ForwardedCall> end) {
        calls.forEach(end);
    }
}
