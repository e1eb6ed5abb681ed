package io.raftboot.spring.http;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A call to a server that is neither a message nor a command.
 *
 * @param content what is sent as JSON
 * @param type what comes back
 * @param result completed once; fails with {@link CallFailed}, or with {@link Refused} if the server says why it does not do it
 */
record PeerCall<T>(
        Peer peer,
        Route route,
        Object content,
        Duration timeout,
        PeerJson json,
        Class<T> type,
        CompletableFuture<T> result)
        implements Lane.Task {

    static <T> CompletableFuture<T> make(
            Peer peer, Route route, Object content, Duration timeout, PeerJson json, Class<T> type) {
        CompletableFuture<T> result = new CompletableFuture<>();
        peer.offer(route, new PeerCall<>(peer, route, content, timeout, json, type, result));
        return result;
    }

    @Override
    public void run() {
        try {
            Answer answer = peer.call(route, json.write(content), timeout);
            if (answer.isOk()) {
                result.complete(json.read(answer.body(), type));
            } else {
                result.completeExceptionally(refusal(answer));
            }
        } catch (CallFailed | RuntimeException e) {
            result.completeExceptionally(e);
        }
    }

    /** Something else may listen there, whose words are not to be repeated (threat S12). */
    private Exception refusal(Answer answer) {
        Optional<Problem> problem = answer.trusted() ? answer.problem(json) : Optional.empty();
        return problem.<Exception>map(Refused::new)
                .orElseGet(() -> new CallFailed("it answers with status " + answer.status()));
    }

    @Override
    public void dropped() {
        result.completeExceptionally(CallFailed.notSent("too many calls wait for it"));
    }
}
