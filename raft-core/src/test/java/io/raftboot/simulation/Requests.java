package io.raftboot.simulation;

import io.raftboot.consensus.Consensus;
import io.raftboot.consensus.Ready;
import io.raftboot.model.Consistency;
import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.RaftException;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Result;
import io.raftboot.testkit.Operation;
import io.raftboot.testkit.Operation.Kind;
import java.util.Optional;
import java.util.TreeMap;

/** What clients wait for on one server. Lost with the server. */
final class Requests {

    private record Proposal(long term, Attempt attempt) {}

    /** A read, and what was committed anywhere when it arrived: it must see all of that. */
    private record Read(long floor, Attempt attempt) {}

    private record Confirmed(long readIndex, Attempt attempt) {}

    private final World world;
    private final SimulatedServer server;

    /** By the index of the entry. */
    private final TreeMap<Long, Proposal> proposals = new TreeMap<>();

    /** By read id: those that are not confirmed. */
    private final TreeMap<Long, Read> reads = new TreeMap<>();

    /** By read id: those that are. */
    private final TreeMap<Long, Confirmed> confirmed = new TreeMap<>();

    private long lastReadId;

    Requests(World world, SimulatedServer server) {
        this.world = world;
        this.server = server;
    }

    void take(Attempt attempt) {
        try {
            if (attempt.operation().kind() == Kind.READ) {
                read(attempt);
            } else {
                propose(attempt);
            }
        } catch (RaftException.NotLeader e) {
            world.coverage.saw(Seen.COMMAND_REFUSED);
            attempt.refused(e.leaderId());
        } catch (RaftException.Overloaded e) {
            world.coverage.saw(Seen.COMMAND_WITHOUT_ROOM);
            attempt.refused(Optional.empty());
        }
    }

    /** Answers from this server's own state. */
    long readLocally(String key) {
        return server.registers().read(key);
    }

    /** The product answers a lease read like a linearizable one, which promises more. */
    private void read(Attempt attempt) {
        if (world.bug == LoopBug.READ_ON_OWN_WORD && server.leads()) {
            attempt.answered(server.registers().read(attempt.operation().key()));
            return;
        }
        long floor = world.checker.lastCommitted();
        server.consensus().readIndex(++lastReadId);
        reads.put(lastReadId, new Read(floor, attempt));
    }

    private void propose(Attempt attempt) {
        Operation operation = attempt.operation();
        int padding = isLarge(operation) ? world.settings.paddingBytes() : 0;
        byte[] command = Registers.encode(operation.kind(), operation.key(), operation.argument(), padding);
        Consensus consensus = server.consensus();
        LogPosition position = consensus.propose(wallClock(), Optional.of(operation.id()), command);
        if (padding > 0) {
            world.coverage.saw(Seen.SPLIT_MESSAGE);
        }
        if (world.bug == LoopBug.COMPLETE_ON_PROPOSAL && operation.kind() == Kind.WRITE) {
            attempt.answered(operation.argument());
            return;
        }
        proposals.put(position.index(), new Proposal(position.term(), attempt));
    }

    /** A command is the same however often it is sent. */
    private static boolean isLarge(Operation operation) {
        return Math.floorMod(operation.id().hashCode(), 5) == 0;
    }

    /** No two servers have the same time: that of a later leader may be an earlier one. */
    private long wallClock() {
        return world.queue.now() + server.number() * world.settings.clockSkew();
    }

    /** An entry was applied with this result, unless that is forgotten: whoever proposed it is told. */
    void applied(LogEntry entry, Optional<Result> result) {
        Proposal proposal = proposals.remove(entry.index());
        if (proposal == null) {
            return;
        }
        if (proposal.term() == entry.term() || world.bug == LoopBug.COMPLETE_BY_INDEX_ONLY) {
            world.coverage.saw(Seen.COMMAND_APPLIED);
            result.map(Registers::valueOf).ifPresentOrElse(proposal.attempt()::answered, proposal.attempt()::unknown);
        } else {
            fail(proposal.attempt());
        }
    }

    void confirmed(Ready.ConfirmedRead confirmation) {
        Read read = reads.remove(confirmation.readId());
        if (read != null) {
            world.coverage.saw(
                    read.attempt().consistency() == Consistency.LEASE ? Seen.LEASE_READ : Seen.LINEARIZABLE_READ);
            Violation.require(
                    confirmation.readIndex() >= read.floor(),
                    "stale read: %s answers from %d, and %d was committed before it came",
                    server,
                    confirmation.readIndex(),
                    read.floor());
            confirmed.put(confirmation.readId(), new Confirmed(confirmation.readIndex(), read.attempt()));
        }
    }

    /** Answers the reads whose index is applied. */
    void serveReads() {
        confirmed.values().removeIf(read -> {
            boolean isApplied = read.readIndex() <= server.registers().lastApplied();
            if (isApplied || world.bug == LoopBug.READ_BEFORE_APPLIED) {
                read.attempt()
                        .answered(server.registers()
                                .read(read.attempt().operation().key()));
                return true;
            }
            return false;
        });
    }

    /** Gives up what rests on leadership if this server does not lead any more. */
    void noteRole() {
        if ((proposals.isEmpty() && reads.isEmpty()) || server.consensus().role() == RaftRole.LEADER) {
            return;
        }
        if (world.bug != LoopBug.COMPLETE_BY_INDEX_ONLY) {
            proposals.values().forEach(proposal -> fail(proposal.attempt()));
            proposals.clear();
        }
        reads.values().forEach(read -> {
            world.coverage.saw(Seen.READ_LOST);
            read.attempt().refused(server.consensus().leaderId());
        });
        reads.clear();
    }

    private void fail(Attempt attempt) {
        world.coverage.saw(Seen.COMMAND_UNKNOWN);
        if (world.bug == LoopBug.UNKNOWN_REPORTED_AS_NOT_APPLIED) {
            attempt.refused(Optional.empty());
        } else {
            attempt.unknown();
        }
    }

    void crashed() {
        proposals.clear();
        reads.clear();
        confirmed.clear();
    }
}
