package io.raftboot.sample;

import io.raftboot.RaftOperations;
import io.raftboot.Watch;
import io.raftboot.model.AppliedCommand;
import io.raftboot.model.Consistency;
import io.raftboot.model.Identity;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.RaftStatus;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.StateMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A cluster without a network: every command is committed at once, or when it is let go, or fails as told. Callable from any thread. */
final class FakeCluster implements RaftOperations {

    static final long TERM = 3;

    private record Applied(byte[] command, Result result) {}

    private final Map<RequestId, Applied> byId = new HashMap<>();
    private final NavigableMap<Long, AppliedCommand> history = new TreeMap<>();
    private final List<FakeWatch> watches = new CopyOnWriteArrayList<>();
    private StateMachine store = new KeyValueStore();
    private CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    private Optional<RuntimeException> failure = Optional.empty();
    private Optional<NodeId> leader = Optional.of(new NodeId("n1"));
    private Optional<Consistency> lastRead = Optional.empty();
    private final Semaphore submitted = new Semaphore(0);
    private long index;

    @Override
    public CompletableFuture<Result> submit(byte[] command, Optional<RequestId> requestId) {
        return submit(command, requestId, Duration.ofSeconds(5));
    }

    @Override
    public synchronized CompletableFuture<Result> submit(
            byte[] command, Optional<RequestId> requestId, Duration timeLimit) {
        submitted.release();
        return answer(gate, () -> requestId.map(id -> applyOnce(id, command)).orElseGet(() -> apply(command)));
    }

    @Override
    public CompletableFuture<Result> read(byte[] query, Consistency consistency) {
        return read(query, consistency, Duration.ofSeconds(5));
    }

    @Override
    public synchronized CompletableFuture<Result> read(byte[] query, Consistency consistency, Duration timeLimit) {
        lastRead = Optional.of(consistency);
        CompletableFuture<Void> wait =
                consistency == Consistency.LOCAL ? CompletableFuture.completedFuture(null) : gate;
        return answer(wait, () -> new Result(index, TERM, store.query(query)));
    }

    @Override
    public synchronized CompletableFuture<Long> readIndex(Duration timeLimit) {
        lastRead = Optional.of(Consistency.LINEARIZABLE);
        return answer(gate, () -> new Result(index, TERM, new byte[0])).thenApply(Result::index);
    }

    private CompletableFuture<Result> answer(CompletableFuture<Void> wait, Supplier<Result> result) {
        return wait.thenApply(free -> {
            synchronized (this) {
                failure.ifPresent(told -> {
                    throw told;
                });
                return result.get();
            }
        });
    }

    private Result applyOnce(RequestId id, byte[] command) {
        Applied first = byId.get(id);
        if (first == null) {
            Result result = apply(command);
            byId.put(id, new Applied(command, result));
            return result;
        }
        if (!Arrays.equals(first.command(), command)) {
            throw new RaftException.RequestIdConflict();
        }
        index++;
        return first.result().again();
    }

    private Result apply(byte[] command) {
        index++;
        byte[] result = store.apply(new CommandContext(index, TERM, Instant.EPOCH), command);
        history.put(index, new AppliedCommand(index, TERM, 0, command, result));
        watches.forEach(watch -> watch.whenThereIsMore.run());
        return new Result(index, TERM, result);
    }

    @Override
    public synchronized CompletableFuture<Result> readAtLeast(byte[] query, long minIndex, Duration timeLimit) {
        lastRead = Optional.of(Consistency.LOCAL);
        if (index < minIndex) {
            return CompletableFuture.failedFuture(new RaftException.NotLeader(leader));
        }
        return answer(CompletableFuture.completedFuture(null), () -> new Result(index, TERM, store.query(query)));
    }

    @Override
    public synchronized Watch watch(long fromIndex, Runnable whenThereIsMore) {
        failure.ifPresent(told -> {
            throw told;
        });
        FakeWatch watch = new FakeWatch(fromIndex, whenThereIsMore);
        watches.add(watch);
        return watch;
    }

    /** Ends all watches, as a server that stops does. */
    void endWatches(RaftException reason) {
        watches.forEach(watch -> watch.end(reason));
    }

    /** How many watch. */
    int watchers() {
        return watches.size();
    }

    /** Shows everything that was applied, and tells of it at once. */
    private final class FakeWatch implements Watch {

        private final Runnable whenThereIsMore;
        private long next;
        private Optional<RaftException> end = Optional.empty();

        FakeWatch(long fromIndex, Runnable whenThereIsMore) {
            this.next = fromIndex;
            this.whenThereIsMore = whenThereIsMore;
        }

        @Override
        public List<AppliedCommand> poll(int maxCommands) {
            synchronized (FakeCluster.this) {
                end.ifPresent(reason -> {
                    throw reason;
                });
                List<AppliedCommand> found = history.tailMap(next).values().stream()
                        .limit(maxCommands)
                        .toList();
                next = found.isEmpty() ? next : found.get(found.size() - 1).index() + 1;
                return found;
            }
        }

        private void end(RaftException reason) {
            synchronized (FakeCluster.this) {
                end = Optional.of(reason);
            }
            whenThereIsMore.run();
        }

        @Override
        public long nextIndex() {
            return next;
        }

        @Override
        public void close() {
            watches.remove(this);
        }
    }

    /** Everything is as in the beginning, except for the index. A stream whose caller has gone may not have noticed: it is not counted. */
    synchronized void reset(long applied) {
        letGo();
        gate = CompletableFuture.completedFuture(null);
        store = new KeyValueStore();
        byId.clear();
        history.clear();
        watches.clear();
        failure = Optional.empty();
        leader = Optional.of(new NodeId("n1"));
        submitted.drainPermits();
        index = applied;
    }

    /** Every command and read fails so from now on. */
    synchronized void failWith(RuntimeException told) {
        failure = Optional.of(told);
    }

    /** What comes from now on waits. */
    synchronized void hold() {
        gate = new CompletableFuture<>();
    }

    /** Returns when so many commands have come since the last call. */
    void awaitCommands(int count) throws InterruptedException {
        if (!submitted.tryAcquire(count, 30, TimeUnit.SECONDS)) {
            throw new AssertionError("fewer than " + count + " commands came");
        }
    }

    /** What waits is answered. */
    void letGo() {
        CompletableFuture<Void> held;
        synchronized (this) {
            held = gate;
        }
        held.complete(null);
    }

    /** This one leads, as far as the server knows. */
    synchronized void leader(Optional<NodeId> known) {
        leader = known;
    }

    /** As if other commands had been applied up to this index. */
    synchronized void skipTo(long applied) {
        index = applied;
    }

    /** The index of the last command. */
    synchronized long index() {
        return index;
    }

    /** How fresh the last read had to be. */
    synchronized Optional<Consistency> lastRead() {
        return lastRead;
    }

    synchronized RaftStatus status() {
        Identity identity = new Identity("cluster", "default", new NodeId("n2"), "incarnation");
        return new RaftStatus(
                identity,
                RaftRole.FOLLOWER,
                TERM,
                leader,
                index,
                index,
                1,
                index,
                TERM,
                0,
                "",
                0,
                false,
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                List.of());
    }
}
