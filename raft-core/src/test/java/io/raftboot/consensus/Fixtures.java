package io.raftboot.consensus;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Member;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RaftConfig;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The values that the tests of the consensus speak of. */
public final class Fixtures {

    static final NodeId N1 = NodeId.of("n1");
    static final NodeId N2 = NodeId.of("n2");
    static final NodeId N3 = NodeId.of("n3");
    static final NodeId N4 = NodeId.of("n4");
    static final NodeId N5 = NodeId.of("n5");

    /** The election timeout of every server under test, in ticks. */
    static final int ELECTION_TICKS = 100;

    /** The heartbeat interval of every server under test, in ticks. */
    static final int HEARTBEAT_TICKS = RaftConfig.TICKS_PER_HEARTBEAT;

    private Fixtures() {}

    static RaftConfig config(NodeId self) {
        return RaftConfig.defaults(self);
    }

    /** The voters n1 to n{@code count}. */
    static Configuration voters(int count) {
        return voters(IntStream.rangeClosed(1, count)
                .mapToObj(i -> NodeId.of("n" + i))
                .toArray(NodeId[]::new));
    }

    static Configuration voters(NodeId... ids) {
        return Configuration.ofVoters(Arrays.stream(ids).map(Fixtures::member).toList());
    }

    /** A configuration whose members are just its voters, joint if there are outgoing ones. */
    public static Configuration joint(List<NodeId> incoming, List<NodeId> outgoing) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        incoming.forEach(id -> members.put(id, member(id)));
        outgoing.forEach(id -> members.put(id, member(id)));
        return new Configuration(members, new TreeSet<>(incoming), new TreeSet<>(outgoing));
    }

    static Configuration withLearner(Configuration configuration, NodeId learner) {
        SortedMap<NodeId, Member> members = new TreeMap<>(configuration.members());
        members.put(learner, member(learner));
        return new Configuration(members, configuration.voters(), configuration.outgoingVoters());
    }

    public static Member member(NodeId id) {
        return new Member(id, URI.create("http://" + id + ".example"));
    }

    /** The one command that a leader of that term puts at that index. */
    static LogEntry entry(long index, long term) {
        return new LogEntry.Command(index, term, 0, Optional.empty(), bytes(index + ":" + term));
    }

    static LogEntry noOp(long index, long term) {
        return new LogEntry.NoOp(index, term);
    }

    /** A log that starts at index 1 and whose entries have these terms. */
    static List<LogEntry> log(long... terms) {
        return entriesFrom(1, terms);
    }

    static List<LogEntry> entriesFrom(long index, long... terms) {
        List<LogEntry> entries = new ArrayList<>();
        for (long term : terms) {
            entries.add(entry(index + entries.size(), term));
        }
        return entries;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static PersistedState persisted(Configuration configuration, HardState hardState, List<LogEntry> log) {
        return new PersistedState(hardState, SnapshotMetadata.bootstrap(configuration), log);
    }

    /** A snapshot that ends at that entry, with these servers as of then. */
    static Snapshot snapshot(long lastIncludedIndex, long lastIncludedTerm, Configuration configuration) {
        return new Snapshot(
                new SnapshotMetadata(lastIncludedIndex, lastIncludedTerm, configuration),
                1000,
                String.format("%064x", lastIncludedIndex));
    }

    /** What a server without reads and snapshots has to do. */
    static Ready ready(List<Message> replicate, WriteBatch writes, List<Message> messages, List<LogEntry> committed) {
        return new Ready(replicate, writes, messages, Optional.empty(), Optional.empty(), committed, List.of());
    }

    /** Seeded randomness of which a server makes {@code round} the one before its first. */
    static RandomGenerator roundsAfter(long round, long seed) {
        Random random = new Random(seed);
        return new RandomGenerator() {
            private boolean isStarted;

            @Override
            public long nextLong() {
                long next = isStarted ? random.nextLong() : round << 3;
                isStarted = true;
                return next;
            }

            @Override
            public int nextInt(int bound) {
                return random.nextInt(bound);
            }
        };
    }

    static HardState term(long term) {
        return new HardState(term, Optional.empty());
    }

    static HardState votedFor(long term, NodeId candidate) {
        return new HardState(term, Optional.of(candidate));
    }
}
