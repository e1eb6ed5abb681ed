package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.consensus.Ready;
import io.raftboot.model.HardState;
import io.raftboot.model.Message;
import io.raftboot.model.WriteBatch;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One server's loop: takes what has arrived, lets overdue ticks pass, and carries out {@link Ready} in its order until there is
 * nothing left. While the disk works it does nothing else. Power may be cut between any two steps.
 */
final class EventLoop {

    /** More turns without a new input mean that the server keeps itself busy. */
    private static final int MAX_TURNS = 100;

    private static final List<Seen> CRASH_POINTS = List.of(
            Seen.CRASH_BEFORE_REPLICATE,
            Seen.CRASH_AMID_REPLICATE,
            Seen.CRASH_BEFORE_WRITE,
            Seen.CRASH_AFTER_WRITE,
            Seen.CRASH_AMID_MESSAGES,
            Seen.CRASH_BEFORE_APPLY,
            Seen.CRASH_AMID_APPLY,
            Seen.CRASH_BEFORE_ADVANCE);

    private final World world;
    private final SimulatedServer server;

    private Optional<Seen> crashPoint = Optional.empty();
    private int turns;

    EventLoop(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
    }

    /** Does all there is to do; the server's inputs are in. */
    void run() {
        turns = 0;
        carryOut();
    }

    private void carryOut() {
        while (server.isIdle()) {
            Ready ready = server.consensus().ready();
            if (ready.isEmpty()) {
                server.consensus().advance();
                server.noteIdle();
                return;
            }
            require(++turns <= MAX_TURNS, "%s never comes to rest", server);
            // An installation is rare, so it is met more often.
            int weight = ready.restore().isPresent() ? 8 : 1;
            boolean crashes = server.mayCrash() && world.dice.chance(weight * world.settings.crashPerMille());
            crashPoint = crashes ? Optional.of(world.dice.pick(CRASH_POINTS)) : Optional.empty();
            begin(ready);
        }
    }

    private void begin(Ready ready) {
        pass(Seen.CRASH_BEFORE_REPLICATE);
        send(ready.replicate(), Seen.CRASH_AMID_REPLICATE);
        if (world.bug == LoopBug.MESSAGES_BEFORE_WRITES) {
            send(ready.messages(), Seen.CRASH_AMID_MESSAGES);
        }
        if (world.bug == LoopBug.APPLY_BEFORE_WRITE) {
            server.applier().take(Optional.empty(), ready.committed());
        } else if (world.bug == LoopBug.RESTORE_BEFORE_WRITE) {
            server.applier().take(ready.restore(), List.of());
        }
        pass(Seen.CRASH_BEFORE_WRITE);
        WriteBatch batch = damaged(ready.writes());
        if (batch.isEmpty()) {
            finish(ready);
        } else if (world.bug == LoopBug.WRITE_NOT_AWAITED) {
            server.driver().writeLater(batch, () -> sendAll(ready.messages()));
            finish(new Ready(
                    List.of(),
                    WriteBatch.EMPTY,
                    List.of(),
                    ready.fetch(),
                    ready.restore(),
                    ready.committed(),
                    ready.confirmedReads()));
        } else if (server.driver().start(batch, ready)) {
            finish(ready);
        }
    }

    /** The disk is done with what it was busy with. */
    void writeDone(Ready ready) {
        finish(ready);
        carryOut();
    }

    private void finish(Ready ready) {
        if (!ready.writes().isEmpty()) {
            pass(Seen.CRASH_AFTER_WRITE);
        }
        if (world.bug != LoopBug.MESSAGES_BEFORE_WRITES) {
            send(ready.messages(), Seen.CRASH_AMID_MESSAGES);
        }
        if (world.bug == LoopBug.MESSAGES_BEFORE_HARD_STATE) {
            pass(Seen.CRASH_AFTER_WRITE);
            server.disk().write(onlyHardState(ready.writes()));
        }
        pass(Seen.CRASH_BEFORE_APPLY);
        ready.fetch().ifPresent(server.snapshots()::fetch);
        switch (world.bug) {
            case APPLY_BEFORE_WRITE -> server.applier().take(ready.restore(), List.of());
            case RESTORE_BEFORE_WRITE -> server.applier().take(Optional.empty(), ready.committed());
            default -> server.applier().take(ready.restore(), ready.committed());
        }
        ready.confirmedReads().forEach(server.requests()::confirmed);
        pass(Seen.CRASH_BEFORE_ADVANCE);
        server.consensus().advance();
        server.noteAdvanced(ready);
    }

    private void send(List<Message> messages, Seen crashAmid) {
        if (messages.isEmpty()) {
            return;
        }
        boolean crashes = server.mayCrash() && crashPoint.isPresent() && crashPoint.get() == crashAmid;
        int sent = crashes ? world.dice.below(messages.size()) : messages.size();
        sendAll(messages.subList(0, sent));
        pass(crashAmid);
    }

    private void sendAll(List<Message> messages) {
        for (Message message : messages) {
            server.send(message);
        }
    }

    /** The state machine is about to take an entry; it is a step like any other. */
    void applying() {
        if (crashPoint.isPresent() && crashPoint.get() == Seen.CRASH_AMID_APPLY && world.dice.flip()) {
            pass(Seen.CRASH_AMID_APPLY);
        }
    }

    private void pass(Seen point) {
        // A turn that a slow disk held up may end when the faults are over.
        if (server.mayCrash() && crashPoint.isPresent() && crashPoint.get() == point) {
            crashPoint = Optional.empty();
            world.coverage.saw(point);
            throw new PowerCut();
        }
    }

    private WriteBatch damaged(WriteBatch batch) {
        return switch (world.bug) {
            case HARD_STATE_NOT_WRITTEN, MESSAGES_BEFORE_HARD_STATE ->
                new WriteBatch(batch.base(), Optional.empty(), batch.truncateFrom(), batch.append());
            case VOTE_NOT_WRITTEN ->
                new WriteBatch(
                        batch.base(),
                        batch.hardState().map(state -> new HardState(state.currentTerm(), Optional.empty())),
                        batch.truncateFrom(),
                        batch.append());
            case BASE_NOT_WRITTEN ->
                new WriteBatch(Optional.empty(), batch.hardState(), batch.truncateFrom(), batch.append());
            case TRUNCATION_NOT_WRITTEN ->
                new WriteBatch(batch.base(), batch.hardState(), OptionalLong.empty(), batch.append());
            default -> batch;
        };
    }

    private static WriteBatch onlyHardState(WriteBatch batch) {
        return new WriteBatch(Optional.empty(), batch.hardState(), OptionalLong.empty(), List.of());
    }
}
