package io.raftboot;

import io.raftboot.RememberedIds.Remembered;
import io.raftboot.model.LogEntry;
import io.raftboot.model.RequestId;
import io.raftboot.model.Result;
import io.raftboot.model.SessionLimits;
import io.raftboot.spi.SnapshotWriter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Which commands were applied under which request id, and what they gave (§8, thesis §6.3): the part of the replicated state that
 * makes a command that is sent twice take effect once. It depends on the log and on nothing else, no clock and no setting of this
 * server, because what one server has forgotten and another one has not would be applied by one of them alone.
 */
final class Sessions {

    /** In a snapshot, the length of a result that is forgotten. */
    private static final int FORGOTTEN = -1;

    private final RememberedIds chosen = new RememberedIds(id -> {});
    private final RememberedIds automatic = new RememberedIds(this::noteForgotten);
    private final ForgottenIds forgotten = new ForgottenIds();
    private SessionLimits limits = SessionLimits.DEFAULT;

    /** The latest timestamp in the log so far: a leader whose clock is behind its predecessor's does not turn time back. */
    private long nowMillis;

    /** Goes by other limits from now on, those of a new leader. */
    void limit(SessionLimits others) {
        limits = others;
        forget();
    }

    /** Lets log time pass. */
    void advance(long timestampMillis) {
        nowMillis = Math.max(nowMillis, timestampMillis);
        forget();
    }

    /** What the first command under this id was and gave, if it is remembered. */
    Optional<Remembered> find(RequestId id) {
        return of(id).find(id);
    }

    /** Whether a command under this id, if it is not remembered, may have been applied all the same. */
    boolean mayBeForgotten(RequestId id) {
        return id.automatic().filter(forgotten::mayContain).isPresent();
    }

    /** Remembers a command that was applied now; its id must not be remembered already. */
    void remember(RequestId id, LogEntry.Command command, Result result) {
        of(id).add(new Remembered(
                id,
                fingerprint(command.command()),
                nowMillis,
                result.index(),
                result.term(),
                Optional.of(result.value())));
        of(id).forget(limits, nowMillis);
    }

    /** Whether a command is the one that is remembered. */
    static boolean isSame(Remembered first, LogEntry.Command command) {
        return first.fingerprint() == fingerprint(command.command());
    }

    /** How many ids are remembered. */
    int size() {
        return chosen.size() + automatic.size();
    }

    /** Captures all of it as it is now; written later, on another thread. */
    SnapshotWriter snapshot() {
        SessionLimits limitsNow = limits;
        long now = nowMillis;
        List<Remembered> chosenNow = chosen.copy();
        List<Remembered> automaticNow = automatic.copy();
        SnapshotWriter forgottenNow = forgotten.snapshot();
        return out -> {
            DataOutputStream data = new DataOutputStream(out);
            data.writeInt(limitsNow.maxIds());
            data.writeLong(limitsNow.expiryMillis());
            data.writeLong(limitsNow.maxResultBytes());
            data.writeLong(now);
            data.writeInt(chosenNow.size() + automaticNow.size());
            write(chosenNow, data);
            write(automaticNow, data);
            data.flush();
            forgottenNow.writeTo(out);
        };
    }

    /** Reads what {@link #snapshot} wrote, and nothing behind it. */
    static Sessions read(DataInputStream in) throws IOException {
        Sessions sessions = readWithoutForgotten(in);
        sessions.forgotten.read(in);
        return sessions;
    }

    /** Reads what was written when nobody noted which ids were forgotten. */
    static Sessions readWithoutForgotten(DataInputStream in) throws IOException {
        Sessions sessions = new Sessions();
        try {
            sessions.limits = new SessionLimits(in.readInt(), in.readLong(), in.readLong());
            sessions.nowMillis = in.readLong();
            for (int left = in.readInt(); left > 0; left--) {
                Remembered applied = readRemembered(in);
                sessions.of(applied.id()).add(applied);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("the request ids in the snapshot cannot be read", e);
        }
        return sessions;
    }

    private RememberedIds of(RequestId id) {
        return id.isAutomatic() ? automatic : chosen;
    }

    private void noteForgotten(RequestId id) {
        id.automatic().ifPresent(made -> forgotten.add(made, nowMillis));
    }

    private void forget() {
        chosen.forget(limits, nowMillis);
        automatic.forget(limits, nowMillis);
        forgotten.forget(limits, nowMillis);
    }

    private static void write(List<Remembered> applied, DataOutputStream out) throws IOException {
        for (Remembered one : applied) {
            out.writeUTF(one.id().value());
            out.writeLong(one.fingerprint());
            out.writeLong(one.timeMillis());
            out.writeLong(one.index());
            out.writeLong(one.term());
            if (one.value().isPresent()) {
                out.writeInt(one.value().get().length);
                out.write(one.value().get());
            } else {
                out.writeInt(FORGOTTEN);
            }
        }
    }

    private static Remembered readRemembered(DataInputStream in) throws IOException {
        RequestId id = new RequestId(in.readUTF());
        return new Remembered(id, in.readLong(), in.readLong(), in.readLong(), in.readLong(), readValue(in));
    }

    private static Optional<byte[]> readValue(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length == FORGOTTEN) {
            return Optional.empty();
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new EOFException("a result ends after " + bytes.length + " of " + length + " bytes");
        }
        return Optional.of(bytes);
    }

    /**
     * A command's content in 8 bytes: two checksums, of different polynomials, because a hash against intent would cost a large command
     * a millisecond. Who makes two of his commands look alike gets the first one's answer for both, and nobody else does.
     */
    private static long fingerprint(byte[] command) {
        CRC32C high = new CRC32C();
        high.update(command);
        CRC32 low = new CRC32();
        low.update(command);
        return high.getValue() << Integer.SIZE | low.getValue();
    }
}
