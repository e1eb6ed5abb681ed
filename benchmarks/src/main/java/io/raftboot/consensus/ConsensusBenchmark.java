package io.raftboot.consensus;

import io.raftboot.model.Configuration;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.RaftRole;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the leader's part of the algorithm costs, without disk, network and state machine: from commands to their commitment, with
 * two followers that answer at once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ConsensusBenchmark {

    private static final NodeId SELF = NodeId.of("n1");
    private static final Configuration THREE = Configuration.ofVoters(Stream.of("n1", "n2", "n3")
            .map(id -> new Member(NodeId.of(id), URI.create("http://" + id)))
            .toList());
    private static final int ENTRIES_PER_SNAPSHOT = 100_000;
    private static final byte[] COMMAND = new byte[256];

    /** How many commands share a turn. */
    @Param({"1", "64", "1000"})
    public int commands;

    private final Consensus consensus = new Consensus(
            RaftConfig.defaults(SELF), PersistedState.bootstrap(THREE), Optional.empty(), 0, new Random(1));
    private long lastSnapshot;

    /** Has it elected. */
    @Setup
    public void elect() {
        while (consensus.role() != RaftRole.LEADER) {
            consensus.tick();
            settle();
        }
    }

    /** One turn, and the turns that its answers lead to. */
    @Benchmark
    public LogPosition commit() {
        for (int i = 0; i < commands; i++) {
            consensus.propose(1, Optional.empty(), COMMAND);
        }
        settle();
        LogPosition last = consensus.lastLogPosition();
        if (last.index() - lastSnapshot > ENTRIES_PER_SNAPSHOT) {
            lastSnapshot = last.index();
            SnapshotMetadata state = new SnapshotMetadata(last.index(), last.term(), THREE);
            consensus.snapshotTaken(new Snapshot(state, 1, "0".repeat(64)));
            settle();
        }
        return last;
    }

    private void settle() {
        for (Ready ready = consensus.ready(); !ready.isEmpty(); ready = consensus.ready()) {
            consensus.advance();
            List<Message> sent = new ArrayList<>(ready.replicate());
            sent.addAll(ready.messages());
            sent.forEach(this::answer);
            ready.committed().stream()
                    .reduce((first, second) -> second)
                    .ifPresent(last -> consensus.applied(last.index()));
        }
        consensus.advance();
    }

    private void answer(Message message) {
        if (message instanceof AppendEntries append) {
            consensus.step(AppendEntriesReply.accepted(append, append.term()));
        } else if (message instanceof RequestVote vote) {
            // Who is asked whether it would vote is in the term before.
            long term = vote.preVote() ? vote.term() - 1 : vote.term();
            consensus.step(new RequestVoteReply(vote.to(), vote.from(), term, vote.round(), vote.preVote(), true));
        }
    }
}
