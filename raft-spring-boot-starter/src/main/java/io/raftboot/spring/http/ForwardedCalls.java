package io.raftboot.spring.http;

import io.raftboot.RaftOperations;
import io.raftboot.model.Result;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Carries out commands and reads that another server has passed on, on this server alone, and holds no thread meanwhile. */
final class ForwardedCalls {

    private static final ForwardedAnswer TIME_IS_UP =
            ForwardedAnswer.of(Problem.unknown(504, "outcome unknown", "the time is up"));

    private final RaftOperations node;
    private final Duration timeLimit;
    private final int maxAnswerBytes;

    /**
     * The ear for forwarded calls.
     *
     * @param timeLimit after which the outcome is said to be unknown; the node should have said so itself by then
     * @param maxAnswerBytes the largest answer to many of them
     */
    ForwardedCalls(RaftOperations node, Duration timeLimit, int maxAnswerBytes) {
        this.node = node;
        this.timeLimit = timeLimit;
        this.maxAnswerBytes = maxAnswerBytes;
    }

    /** One that is carried out, and how long its caller waits. */
    private record Begun(CompletableFuture<ForwardedAnswer> answer, Duration limit) {

        ForwardedAnswer now() {
            return answer.getNow(TIME_IS_UP);
        }
    }

    void carryOut(Exchange exchange, Object call) throws IOException {
        exchange.tell(CallsTogether.HEADER, CallsTogether.HEADER_VALUE);
        if (call instanceof SubmitCall submit) {
            answerOne(exchange, begin(submit));
        } else if (call instanceof ReadCall read) {
            answerOne(exchange, begin(read));
        } else if (call instanceof CallsTogether together) {
            answerAll(exchange, together.calls().stream().map(this::begin).toList());
        } else {
            throw new IllegalArgumentException("no call to pass on: " + call.getClass());
        }
    }

    private Begun begin(ForwardedItem item) {
        return item.submit()
                .map(this::begin)
                .or(() -> item.read().map(this::begin))
                .orElseThrow();
    }

    private Begun begin(SubmitCall submit) {
        Duration limit = TimeLimits.atMost(timeLimit, submit.timeLimitMillis());
        return begun(node.submit(submit.command(), submit.requestId(), limit), limit);
    }

    private Begun begin(ReadCall read) {
        Duration limit = TimeLimits.atMost(timeLimit, read.timeLimitMillis());
        return begun(
                read.query()
                        .map(query -> node.read(query, read.consistency(), limit))
                        .orElseGet(() -> node.readIndex(limit).thenApply(index -> new Result(index, 0, new byte[0]))),
                limit);
    }

    private static Begun begun(CompletableFuture<Result> result, Duration limit) {
        return new Begun(result.handle(ForwardedAnswer::of), limit);
    }

    private static void answerOne(Exchange exchange, Begun call) throws IOException {
        LateAnswer.to(exchange, call.answer(), call.limit(), () -> write(exchange, call.now()));
    }

    private static void write(Exchange exchange, ForwardedAnswer answer) throws IOException {
        if (answer.problem().isPresent()) {
            exchange.refuse(answer.problem().get());
        } else {
            exchange.answer(answer.result().orElseThrow());
        }
    }

    /** When all have ended, or the most patient caller waits no longer; the others have given up by themselves. */
    private void answerAll(Exchange exchange, List<Begun> calls) throws IOException {
        CompletableFuture<Void> ended =
                CompletableFuture.allOf(calls.stream().map(Begun::answer).toArray(CompletableFuture<?>[]::new));
        Duration limit =
                calls.stream().map(Begun::limit).max(Comparator.naturalOrder()).orElse(timeLimit);
        LateAnswer.to(
                exchange,
                ended,
                limit,
                () -> exchange.answer(
                        AnswersTogether.fitting(calls.stream().map(Begun::now).toList(), maxAnswerBytes)));
    }
}
