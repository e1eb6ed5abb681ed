package io.raftboot.spring.http;

import io.raftboot.model.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The beginning of a part of a snapshot whose connection broke. The rest may come from any server, and break off again. All of it
 * together is what the first answer should have been, and is believed if the signature of that answer is right.
 *
 * @param holder who gave the beginning
 * @param range the whole part
 * @param answer the first answer
 * @param begun what has come so far
 */
record BrokenPiece(Peer holder, Snapshot snapshot, ByteRange range, CutShort answer, byte[] begun) {

    boolean isOf(Snapshot wanted, ByteRange part) {
        return snapshot.equals(wanted) && range.equals(part);
    }

    /** What has not come yet. */
    ByteRange missing() {
        return new ByteRange(range.first() + begun.length, range.last());
    }

    /** The rest broke off as well. */
    BrokenPiece with(CutShort rest) {
        return new BrokenPiece(holder, snapshot, range, answer, joined(rest.begun()));
    }

    /** Empty if it is nothing to go on with: no byte of it has come, or something else, or all of it and more. */
    Optional<BrokenPiece> ifUsable() {
        boolean isPart = answer.with(begun).status() == 206 && begun.length > 0 && begun.length < range.length();
        return isPart ? Optional.of(this) : Optional.empty();
    }

    /**
     * The whole part.
     *
     * @throws IOException if it is not what the first answer was signed for
     */
    byte[] completedBy(byte[] rest) throws IOException {
        Answer whole = answer.with(joined(rest));
        holder.requireOwn(whole);
        return SnapshotCalls.bytesOf(whole, holder, snapshot, range);
    }

    private byte[] joined(byte[] more) {
        return ByteBuffer.allocate(begun.length + more.length)
                .put(begun)
                .put(more)
                .array();
    }
}
