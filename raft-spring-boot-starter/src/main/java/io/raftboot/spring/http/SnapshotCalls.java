package io.raftboot.spring.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Snapshots that other servers have: who has one, and its bytes. Whoever asks waits, so the raft thread must not. */
final class SnapshotCalls {

    /** How long a piece may take, however it trickles: 9 KB/s are too slow to be waited for. */
    static final Duration PIECE_LIMIT = Duration.ofMinutes(2);

    private volatile Optional<BrokenPiece> broken = Optional.empty();

    /** A server that has the snapshot, and how many others it gives snapshots to. */
    private record Holder(NodeId id, long load) {}

    /** Asks these servers all at once. @return those that have it and said so in time, the least busy first */
    static List<NodeId> holders(Collection<Peer> peers, Snapshot snapshot, Duration patience) {
        return peers.stream().map(peer -> ask(peer, snapshot, patience)).toList().stream()
                .flatMap(answer -> answer.join().stream())
                .sorted(Comparator.comparingLong(Holder::load).thenComparing(Holder::id))
                .map(Holder::id)
                .toList();
    }

    /** Never fails, and is there when the time is up. */
    private static CompletableFuture<Optional<Holder>> ask(Peer peer, Snapshot snapshot, Duration patience) {
        CompletableFuture<Optional<Holder>> answer = new CompletableFuture<>();
        Question question = new Question(peer, SnapshotTarget.presenceOf(snapshot), patience, answer);
        peer.offer(question.target(), question);
        return answer.completeOnTimeout(Optional.empty(), patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether a server has a snapshot. */
    private record Question(
            Peer peer, SnapshotTarget target, Duration timeout, CompletableFuture<Optional<Holder>> answer)
            implements Lane.Task {

        @Override
        public void run() {
            try {
                Answer given = peer.call(target, new byte[0], timeout);
                answer.complete(given.isOk() ? Optional.of(new Holder(peer.id(), load(given))) : Optional.empty());
            } catch (CallFailed | RuntimeException e) {
                dropped();
            }
        }

        /** Who does not say is asked last. */
        private static long load(Answer given) {
            String load = given.other(SnapshotDownloads.LOAD);
            return load.matches("[0-9]{1,9}") ? Long.parseLong(load) : Long.MAX_VALUE;
        }

        @Override
        public void dropped() {
            answer.complete(Optional.empty());
        }
    }

    /**
     * Copies a part of a snapshot, and waits for it. One that broke off is gone on with at the byte where it broke; only one download
     * may be under way.
     *
     * @throws IOException if the server does not give it, or gives something else
     */
    byte[] fetch(Peer holder, Snapshot snapshot, long from, int maxBytes) throws IOException {
        int length =
                (int) Math.min(Math.min(maxBytes, SnapshotDownloads.MAX_SIGNED_BYTES), snapshot.sizeInBytes() - from);
        if (from < 0 || length <= 0) {
            throw new IOException(snapshot + " has no bytes at " + from);
        }
        ByteRange range = new ByteRange(from, from + length - 1);
        Optional<BrokenPiece> begun = broken.filter(known -> known.isOf(snapshot, range));
        byte[] rest;
        try {
            rest = ask(holder, snapshot, begun.map(BrokenPiece::missing).orElse(range));
        } catch (CutShort cut) {
            broken = begun.map(known -> known.with(cut))
                    .orElseGet(() -> new BrokenPiece(holder, snapshot, range, cut, cut.begun()))
                    .ifUsable();
            throw cut;
        }
        broken = Optional.empty();
        return begun.isPresent() ? begun.get().completedBy(rest) : rest;
    }

    private static byte[] ask(Peer holder, Snapshot snapshot, ByteRange range) throws IOException {
        Answer answer =
                holder.call(SnapshotTarget.bytesOf(snapshot), range.asRequest().getBytes(US_ASCII), PIECE_LIMIT);
        return bytesOf(answer, holder, snapshot, range);
    }

    /** @throws IOException if the answer is not that part of the snapshot */
    static byte[] bytesOf(Answer answer, Peer holder, Snapshot snapshot, ByteRange range) throws IOException {
        if (answer.status() != 206) {
            throw new IOException(holder.id() + " answered with status " + answer.status());
        }
        if (answer.body().length != range.length()
                || !answer.other("Content-Range").equals(range.asAnswer(snapshot.sizeInBytes()))) {
            throw new IOException(holder.id() + " gave other bytes than it was asked for");
        }
        return answer.body();
    }
}
