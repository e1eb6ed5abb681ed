package io.raftboot.testkit;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Member;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.RequestId;
import io.raftboot.model.SnapshotMetadata;
import io.raftboot.model.WriteBatch;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/**
 * What a disk has to hold, in the plainest way: the state after so many batches, each of which follows from its number. A test
 * writes {@link #next} to the disk under test, says {@link #wrote}, and expects {@link #state} back. Used by one thread.
 */
public final class ModelDisk {

    /** Three servers. */
    public static final Member N1 = new Member(NodeId.of("n1"), URI.create("http://127.0.0.1:8081"));

    /** The second. */
    public static final Member N2 = new Member(NodeId.of("n2"), URI.create("http://127.0.0.1:8082"));

    /** The third. */
    public static final Member N3 = new Member(NodeId.of("n3"), URI.create("http://127.0.0.1:8083"));

    /** The configuration of all three: what every disk here begins with. */
    public static final Configuration THREE = Configuration.ofVoters(List.of(N1, N2, N3));

    private final long seed;
    private final boolean everyBatchHasItsTerm;
    private PersistedState state = PersistedState.bootstrap(THREE);
    private long batches;

    /**
     * A disk that holds {@link WriteBatch#bootstrap} of {@link #THREE}.
     *
     * @param seed another one gives other batches
     * @param everyBatchHasItsTerm whether batch n makes the term n, so that a state shows how many batches it has seen
     */
    public ModelDisk(long seed, boolean everyBatchHasItsTerm) {
        this.seed = seed;
        this.everyBatchHasItsTerm = everyBatchHasItsTerm;
    }

    /** Goes on from here on its own. */
    public ModelDisk copy() {
        ModelDisk copy = new ModelDisk(seed, everyBatchHasItsTerm);
        copy.state = state;
        copy.batches = batches;
        return copy;
    }

    /** What the disk has to hold now. */
    public PersistedState state() {
        return state;
    }

    /** How many batches were written. */
    public long batches() {
        return batches;
    }

    /** The batch that is written next. */
    public WriteBatch next() {
        Random random = new Random(seed * 1_000_003 + batches);
        long term = everyBatchHasItsTerm
                ? batches + 1
                : state.hardState().currentTerm() + (random.nextInt(5) == 0 || batches == 0 ? 1 : 0);
        boolean vote = term > state.hardState().currentTerm();
        Optional<HardState> hardState = vote ? Optional.of(hardState(term, random)) : Optional.empty();
        Optional<SnapshotMetadata> base = random.nextInt(12) == 0 ? Optional.of(base(random)) : Optional.empty();
        PersistedState based = apply(state, new WriteBatch(base, hardState, OptionalLong.empty(), List.of()));
        OptionalLong truncate = random.nextInt(8) == 0 && !based.entries().isEmpty()
                ? OptionalLong.of(
                        last(based) - random.nextInt(Math.min(6, based.entries().size())))
                : OptionalLong.empty();
        PersistedState cut = apply(based, new WriteBatch(Optional.empty(), Optional.empty(), truncate, List.of()));
        boolean nothingElse = base.isEmpty() && hardState.isEmpty() && truncate.isEmpty();
        int count = nothingElse ? 1 + random.nextInt(8) : random.nextInt(9);
        return new WriteBatch(base, hardState, truncate, entries(last(cut) + 1, count, term, random));
    }

    /** The batch was written. */
    public void wrote(WriteBatch batch) {
        state = apply(state, batch);
        batches++;
    }

    private static HardState hardState(long term, Random random) {
        return new HardState(term, random.nextBoolean() ? Optional.of(N2.id()) : Optional.empty());
    }

    private SnapshotMetadata base(Random random) {
        if (state.entries().isEmpty()) {
            return state.base();
        }
        LogEntry at = state.entries().get(random.nextInt(state.entries().size()));
        return new SnapshotMetadata(at.index(), at.term(), random.nextBoolean() ? THREE : joint());
    }

    private static List<LogEntry> entries(long first, int count, long term, Random random) {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = first; index < first + count; index++) {
            entries.add(entry(index, term, random));
        }
        return entries;
    }

    private static LogEntry entry(long index, long term, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> new LogEntry.NoOp(index, term);
            case 1 -> new LogEntry.Membership(index, term, joint());
            default -> command(index, term, random.nextInt(random.nextInt(10) == 0 ? 9_000 : 200), random);
        };
    }

    /** A command with so many bytes by chance. */
    public static LogEntry command(long index, long term, int bytes, Random random) {
        byte[] command = new byte[bytes];
        random.nextBytes(command);
        Optional<RequestId> requestId =
                random.nextBoolean() ? Optional.of(new RequestId("request-" + index)) : Optional.empty();
        return new LogEntry.Command(index, term, random.nextLong(), requestId, command);
    }

    /** Two voters go, one stays, one learns. */
    public static Configuration joint() {
        Configuration two = Configuration.ofVoters(List.of(N1, N2));
        return new Configuration(
                THREE.members(), Configuration.ofVoters(List.of(N1)).voters(), two.voters());
    }

    private static long last(PersistedState state) {
        return state.base().lastIncludedIndex() + state.entries().size();
    }

    /** What a batch makes of a state, by the words of {@link WriteBatch}. */
    public static PersistedState apply(PersistedState state, WriteBatch batch) {
        SnapshotMetadata base = batch.base().orElse(state.base());
        List<LogEntry> entries = new ArrayList<>(state.entries());
        entries.removeIf(entry -> entry.index() <= base.lastIncludedIndex());
        batch.truncateFrom().ifPresent(from -> entries.removeIf(entry -> entry.index() >= from));
        entries.addAll(batch.append());
        return new PersistedState(batch.hardState().orElse(state.hardState()), base, entries);
    }
}
