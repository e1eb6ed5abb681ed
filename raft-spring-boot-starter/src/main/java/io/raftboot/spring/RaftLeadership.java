package io.raftboot.spring;

import io.raftboot.model.RaftException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this instance leads, for work that one instance alone is to do. It answers from what this server knows at this moment,
 * without asking others, and says no before another one can say yes: a leader leads for 0.8 election timeouts after it sent
 * something that a majority has answered, and a process that is stopped or hangs does not prolong that.
 *
 * <p>Nobody can hold a process that is stopped right after it asked. Work that must not be done twice therefore sends {@link #token()}
 * along, and whoever it changes something at refuses a smaller token than it has seen. Any thread, never blocks.
 */
public final class RaftLeadership {

    /** Work that may fail. */
    @FunctionalInterface
    interface Work<T> {

        T run() throws Throwable;
    }

    private static final Logger log = LoggerFactory.getLogger(RaftLeadership.class);

    private final Supplier<OptionalLong> leading;
    private final ThreadLocal<Optional<Long>> tokenOfWork = ThreadLocal.withInitial(Optional::empty);

    /**
     * Leadership of a server.
     *
     * @param leading the term it leads in at this moment, see {@code RaftNode.leadership()}
     */
    public RaftLeadership(Supplier<OptionalLong> leading) {
        this.leading = leading;
    }

    /** Whether this instance leads at this moment. */
    public boolean isLeader() {
        return leading.get().isPresent();
    }

    /** The term in which it leads at this moment; empty if it does not. */
    public OptionalLong term() {
        return leading.get();
    }

    /**
     * A fencing token: the term, a number that no other leader has, and that later leaders exceed. Within a {@link LeaderOnly} method it
     * is the term the method was begun in, also if leadership is lost meanwhile.
     *
     * @throws RaftException.NotLeader if this instance does not lead
     */
    public long token() {
        Optional<Long> begun = tokenOfWork.get();
        return begun.isPresent()
                ? begun.get()
                : leading.get().orElseThrow(() -> new RaftException.NotLeader(Optional.empty()));
    }

    /**
     * Does work if this instance leads, and looks again when it is done.
     *
     * @param name what it is called in the log
     * @return what it gave; empty if this instance does not lead, or it gave nothing
     */
    <T> Optional<T> whileLeading(String name, Work<Optional<T>> work) throws Throwable {
        OptionalLong term = leading.get();
        if (term.isEmpty()) {
            log.debug("{} is left to the leader", name);
            return Optional.empty();
        }
        Optional<Long> outer = tokenOfWork.get();
        tokenOfWork.set(Optional.of(term.getAsLong()));
        try {
            return work.run();
        } finally {
            tokenOfWork.set(outer);
            if (!leading.get().equals(term)) {
                log.warn(
                        "{} was begun as leader of term {}, and leadership was lost meanwhile", name, term.getAsLong());
            }
        }
    }
}
