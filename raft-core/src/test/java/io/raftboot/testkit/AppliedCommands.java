package io.raftboot.testkit;

import io.raftboot.model.NodeId;
import io.raftboot.spi.CommandContext;
import io.raftboot.spi.SnapshotWriter;
import io.raftboot.spi.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the state machines of a cluster were given and gave, to find the first command on which two of them differ: the same that
 * a server's digest covers, but with the culprit named.
 */
final class AppliedCommands {

    /** A question of the cluster itself; no application sees it. It is known by its identity. */
    private static final byte[] PROBE = {};

    private record Applied(NodeId server, byte[] command, byte[] result) {}

    private final Map<Long, Applied> byIndex = new TreeMap<>();
    private final TreeMap<Long, String> differences = new TreeMap<>();
    private Optional<Throwable> failure = Optional.empty();

    /** A read that every state machine answers, for {@link RaftTestCluster#awaitLeader}. */
    byte[] probe() {
        return PROBE;
    }

    /** The first command that two servers applied differently. */
    Optional<String> firstDifference() {
        return Optional.ofNullable(differences.firstEntry()).map(Map.Entry::getValue);
    }

    /** What a state machine threw at a command. */
    Optional<Throwable> failure() {
        return failure;
    }

    /** The state machine of a server, under observation. */
    StateMachine observe(NodeId server, StateMachine stateMachine) {
        return new Observed(server, stateMachine);
    }

    private void applied(long index, Applied applied) {
        difference(byIndex.computeIfAbsent(index, i -> applied), applied)
                .ifPresent(difference -> differences.putIfAbsent(index, "index " + index + ", " + difference));
    }

    private static Optional<String> difference(Applied first, Applied other) {
        if (!Arrays.equals(first.command(), other.command())) {
            return Optional.of(first.server() + " was given " + Text.brief(first.command()) + " and " + other.server()
                    + " was given " + Text.brief(other.command()) + ": a command is changed while it is applied");
        }
        if (!Arrays.equals(first.result(), other.result())) {
            return Optional.of("command " + Text.brief(first.command()) + ": " + first.server() + " answered "
                    + Text.of(first.result()) + " and " + other.server() + " answered " + Text.of(other.result()));
        }
        return Optional.empty();
    }

    private final class Observed implements StateMachine {

        private final NodeId server;
        private final StateMachine observed;

        Observed(NodeId server, StateMachine observed) {
            this.server = server;
            this.observed = observed;
        }

        @Override
        public byte[] apply(CommandContext context, byte[] command) {
            try {
                byte[] given = command.clone();
                byte[] result = observed.apply(context, command);
                applied(context.index(), new Applied(server, given, result.clone()));
                return result;
            } catch (RuntimeException | Error e) {
                failure = Optional.of(e);
                throw e;
            }
        }

        @Override
        public byte[] query(byte[] query) {
            return query == PROBE ? PROBE : observed.query(query);
        }

        @Override
        public SnapshotWriter snapshot() {
            return observed.snapshot();
        }

        @Override
        public void restore(InputStream snapshot) throws IOException {
            observed.restore(snapshot);
        }
    }
}
