package io.raftboot.simulation;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.testkit.Operation;
import io.raftboot.testkit.Operation.Kind;
import java.util.Optional;

/**
 * A client: one operation after the other. It asks whom it takes for the leader, tries others when it is refused, sometimes
 * repeats a command whose outcome is unknown, and sometimes gives up.
 */
final class Client {

    private static final int MAX_CALLS = 12;

    private final World world;
    private final Workload workload;

    private int leader;
    private long calls;
    private int callsOfOperation;
    private boolean mayBeDone;
    private Consistency consistency = Consistency.LINEARIZABLE;
    private boolean isActive = true;

    Client(World world, Workload workload) {
        this.world = world;
        this.workload = workload;
        beginLater();
    }

    /** Begins nothing new from now on. */
    void stop() {
        isActive = false;
    }

    private void beginLater() {
        world.queue.after(1 + world.dice.delay(world.settings.electionTimeout() / (world.dice.flip() ? 2 : 20)), () -> {
            if (isActive) {
                begin();
            }
        });
    }

    private void begin() {
        if (world.dice.chance(100)) {
            world.dice.pick(world.servers).calls().readLocally(workload.key());
            beginLater();
            return;
        }
        if (world.dice.chance(100)) {
            workload.anyChange().ifPresent(this::repeat);
        }
        callsOfOperation = 0;
        mayBeDone = false;
        consistency = world.dice.flip() ? Consistency.LINEARIZABLE : Consistency.LEASE;
        call(workload.begin());
    }

    /** As if the answer had not arrived: what it is told, {@link SessionChecker} knows. */
    private void repeat(Operation answered) {
        world.coverage.saw(Seen.ANSWERED_COMMAND_REPEATED);
        world.servers.get(leader).calls().request(new Repetition(answered));
    }

    private record Repetition(Operation operation) implements Attempt {

        @Override
        public Consistency consistency() {
            return Consistency.LINEARIZABLE;
        }

        @Override
        public void answered(long result) {
            // It is known already.
        }

        @Override
        public void refused(Optional<NodeId> leaderId) {
            // Nobody waits.
        }

        @Override
        public void unknown() {
            // Nobody waits.
        }
    }

    private void call(Operation operation) {
        callsOfOperation++;
        Call call = new Call(operation, ++calls);
        SimulatedServer server = world.servers.get(leader);
        long timeout = world.settings.electionTimeout() / 2
                + world.dice.delay(world.settings.electionTimeout() * world.dice.pickInt(1, 1, 4));
        world.queue.after(
                1 + world.dice.delay(EventQueue.TICK), () -> server.calls().request(call));
        world.queue.after(timeout, call::timedOut);
    }

    private void callAgainLater(Operation operation) {
        long delay = 1 + world.dice.delay(world.settings.electionTimeout() / 4);
        world.queue.after(delay, () -> call(operation));
    }

    private void giveUp(Operation operation) {
        if (!mayBeDone) {
            workload.undo(operation);
        }
        beginLater();
    }

    /** A call to a server; what comes after it timed out is not listened to. */
    private final class Call implements Attempt {

        private final Operation operation;
        private final long number;

        Call(Operation operation, long number) {
            this.operation = operation;
            this.number = number;
        }

        @Override
        public Operation operation() {
            return operation;
        }

        @Override
        public Consistency consistency() {
            return consistency;
        }

        private boolean isOver() {
            if (number != calls) {
                return true;
            }
            calls++;
            return false;
        }

        @Override
        public void answered(long result) {
            if (isOver()) {
                return;
            }
            workload.answer(operation, result);
            if (world.trace.isOn()) {
                world.trace("client: " + operation);
            }
            beginLater();
        }

        @Override
        public void refused(Optional<NodeId> leaderId) {
            if (isOver()) {
                return;
            }
            leader = leaderId.filter(id -> world.dice.chance(700))
                    .map(World::number)
                    .orElseGet(() -> world.dice.below(world.servers.size()));
            if (callsOfOperation < MAX_CALLS) {
                callAgainLater(operation);
            } else {
                giveUp(operation);
            }
        }

        void timedOut() {
            if (number == calls) {
                world.coverage.saw(Seen.CALL_TIMED_OUT);
                unknown();
            }
        }

        @Override
        public void unknown() {
            if (isOver()) {
                return;
            }
            mayBeDone |= operation.kind() != Kind.READ;
            int asked = leader;
            leader = world.dice.below(world.servers.size());
            if (leader != asked) {
                world.coverage.saw(Seen.OTHER_SERVER_ASKED);
            }
            if (callsOfOperation < MAX_CALLS && world.dice.flip()) {
                world.coverage.saw(Seen.COMMAND_REPEATED);
                callAgainLater(operation);
            } else {
                giveUp(operation);
            }
        }
    }
}
