package io.raftboot.spring.h2;

import io.raftboot.model.Configuration;
import io.raftboot.model.HardState;
import io.raftboot.model.Identity;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Member;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.PersistedState;
import io.raftboot.model.WriteBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Makes one survivor a cluster of its own when the majority is gone for good: everything in its log stays, committed or not, since
 * what was acknowledged is among it as far as this server has it. The new cluster has an id of its own, so that the old servers
 * cannot come back into it. Only with a confirmation that the first attempt has printed.
 *
 * @param confirmation what the operator wrote; empty for a start like any other
 */
record ForcedNewCluster(Optional<String> confirmation) {

    static final String PROPERTY = "raft.force-new-cluster";

    /**
     * A change that was begun, as the data directory remembers it. The cluster id is changed before the log is: in between, this
     * server is already out of reach for the old ones, and the next start goes on.
     *
     * @param code what it was confirmed with
     * @param index where the new configuration stands in the log
     */
    record Mark(String code, long index) {}

    /** The log to start from, after what is asked for, or was begun before, is done. @throws DataDirectoryException if it needs to be confirmed */
    PersistedState carriedOut(PersistedState found, H2RaftStorage storage) {
        Optional<Mark> begun = storage.forced();
        if (begun.isPresent() && lastIndex(found) < begun.get().index()) {
            return append(found, storage);
        }
        boolean isDone =
                begun.isPresent() && confirmation.equals(Optional.of(begun.get().code()));
        if (confirmation.isEmpty() || isDone) {
            return found;
        }
        String code = code(storage.identity(), found);
        if (!confirmation.get().equals(code)) {
            throw unconfirmed(storage, found, code);
        }
        storage.becomeCluster(UUID.randomUUID().toString(), new Mark(code, lastIndex(found) + 1));
        return append(found, storage);
    }

    private static PersistedState append(PersistedState found, H2RaftStorage storage) {
        HardState hardState = new HardState(found.hardState().currentTerm() + 1, Optional.empty());
        LogEntry alone = new LogEntry.Membership(
                lastIndex(found) + 1,
                hardState.currentTerm(),
                alone(configuration(found), storage.identity().nodeId()));
        storage.write(new WriteBatch(Optional.empty(), Optional.of(hardState), OptionalLong.empty(), List.of(alone)));
        List<LogEntry> entries = new ArrayList<>(found.entries());
        entries.add(alone);
        return new PersistedState(hardState, found.base(), entries);
    }

    private static Configuration alone(Configuration before, NodeId self) {
        Configuration settled = before.isJoint() ? before.settled() : before;
        Member member = Optional.ofNullable(before.members().get(self))
                .orElseThrow(() -> new IllegalStateException(self + " is no member of " + before));
        TreeMap<NodeId, Member> members = new TreeMap<>();
        members.put(self, member);
        return new MembershipChange.Replace(members, new TreeSet<>(members.keySet())).from(settled);
    }

    private static Configuration configuration(PersistedState found) {
        Configuration configuration = found.base().configuration();
        for (LogEntry entry : found.entries()) {
            if (entry instanceof LogEntry.Membership membership) {
                configuration = membership.configuration();
            }
        }
        return configuration;
    }

    private static long lastIndex(PersistedState found) {
        return found.base().lastIncludedIndex() + found.entries().size();
    }

    private static long lastTerm(PersistedState found) {
        List<LogEntry> entries = found.entries();
        return entries.isEmpty()
                ? found.base().lastIncludedTerm()
                : entries.get(entries.size() - 1).term();
    }

    private static DataDirectoryException unconfirmed(H2RaftStorage storage, PersistedState found, String code) {
        Identity self = storage.identity();
        Configuration members = configuration(found);
        if (!members.contains(self.nodeId())) {
            return new DataDirectoryException(
                    "The property '" + PROPERTY + "' is set, but the log of '" + self.nodeId() + "' in raft.data-dir "
                            + storage.directory() + " says that this server is no member of its cluster: " + members
                            + ".",
                    "Choose a survivor that is one.");
        }
        return new DataDirectoryException(
                "The property '" + PROPERTY + "' would make server '" + self.nodeId()
                        + "' a new cluster of one, out of raft.data-dir " + storage.directory()
                        + ". Its log ends with index " + lastIndex(found) + " of term " + lastTerm(found)
                        + "; whatever the others (" + members
                        + ") have acknowledged beyond that is lost. The old servers"
                        + " cannot come back into the new cluster with their data. Nothing was changed so far.",
                "Compare lastLogTerm and lastLogIndex of all survivors and choose the one with the highest term, and of those"
                        + " the highest index. Make sure that the majority of the old cluster never starts again. Then write "
                        + PROPERTY + "=" + code + " to go on, and remove it after the start.");
    }

    /** Of what would be done: another log, or another server, needs another confirmation. */
    private static String code(Identity identity, PersistedState found) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((identity.clusterId() + "/" + identity.nodeId() + "/" + identity.incarnation())
                    .getBytes(StandardCharsets.UTF_8));
            digest.update(ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(lastIndex(found))
                    .putLong(lastTerm(found))
                    .array());
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
