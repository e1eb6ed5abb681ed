package io.raftboot.testkit;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import io.raftboot.model.RequestId;
import io.raftboot.model.SessionLimits;
import io.raftboot.model.Snapshot;
import io.raftboot.model.SnapshotMetadata;
import java.util.List;
import java.util.Optional;

/** Messages of every kind, with what is hard to carry in them: large numbers, no bytes, all bytes, names of any characters. */
final class SampleMessages {

    private SampleMessages() {}

    /** Every kind of request. */
    static List<Message.Request> requests(NodeId from, NodeId to) {
        return List.of(
                new Message.RequestVote(from, to, 5, 1, 3, 2, true, false),
                new Message.RequestVote(from, to, 5, 2, 3, 2, false, true),
                new Message.AppendEntries(from, to, 5, 3, 3, 2, entries(), 3),
                new Message.AppendEntries(from, to, Message.MAX_NUMBER, Message.MAX_NUMBER, 3, 2, List.of(), 3),
                new Message.InstallSnapshot(from, to, 5, 4, snapshot()),
                new Message.TimeoutNow(from, to, 5, 5));
    }

    /** A snapshot while the voters change. */
    static Snapshot snapshot() {
        return new Snapshot(new SnapshotMetadata(9, 5, ModelDisk.joint()), 1L << 40, "0123456789abcdef".repeat(4));
    }

    /** Every kind of entry, to follow entry 3 of term 2. */
    static List<LogEntry> entries() {
        byte[] allBytes = new byte[256];
        for (int i = 0; i < allBytes.length; i++) {
            allBytes[i] = (byte) i;
        }
        return List.of(
                new LogEntry.NoOp(4, 3, new SessionLimits(10, 3_600_000, 1 << 20)),
                new LogEntry.Command(5, 3, 1_700_000_000_000L, Optional.empty(), new byte[0]),
                new LogEntry.Command(6, 4, -1, Optional.of(new RequestId("\u00e9\n\"x")), allBytes),
                new LogEntry.Membership(7, 5, ModelDisk.joint()));
    }

    /** Every kind of reply to this request. */
    static List<Message.Reply> replies(Message.Request request) {
        if (request instanceof Message.AppendEntries append) {
            return List.of(
                    reply(append), Message.AppendEntriesReply.refused(append, append.term(), new LogPosition(2, 1)));
        }
        if (request instanceof Message.InstallSnapshot install) {
            return List.of(reply(install), Message.InstallSnapshotReply.notInstalled(install, install.term()));
        }
        return List.of(reply(request));
    }

    /** A reply to this request. */
    static Message.Reply reply(Message.Request request) {
        if (request instanceof Message.RequestVote vote) {
            return new Message.RequestVoteReply(
                    vote.to(), vote.from(), vote.term(), vote.round(), vote.preVote(), true);
        }
        if (request instanceof Message.AppendEntries append) {
            return Message.AppendEntriesReply.accepted(append, append.term());
        }
        if (request instanceof Message.InstallSnapshot install) {
            return Message.InstallSnapshotReply.installed(install, install.term());
        }
        return new Message.TimeoutNowReply(request.to(), request.from(), request.term(), request.round());
    }

    static Message.Request heartbeat(NodeId from, NodeId to, long round) {
        return new Message.AppendEntries(from, to, 5, round, 3, 2, List.of(), 3);
    }
}
