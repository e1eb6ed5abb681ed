package io.raftboot.scenario;

import io.raftboot.model.HardState;
import io.raftboot.model.LogEntry;
import io.raftboot.model.Message;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import io.raftboot.model.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How values look in a trace: on one line, complete, and with nothing that may differ from run to run. */
final class Text {

    private Text() {}

    static String of(Message message) {
        return kind(message) + " term " + message.term() + content(message) + " #" + message.round();
    }

    /** Enough to find the line where it was sent. */
    static String reference(Message message) {
        return kind(message) + " #" + message.round();
    }

    static String kind(Message message) {
        String name = message.getClass().getSimpleName();
        boolean isPreVote = (message instanceof RequestVote rpc && rpc.preVote())
                || (message instanceof RequestVoteReply reply && reply.preVote());
        return isPreVote ? name.replace("RequestVote", "RequestPreVote") : name;
    }

    private static String content(Message message) {
        if (message instanceof RequestVote rpc) {
            return " last " + rpc.lastLogIndex() + ":" + rpc.lastLogTerm()
                    + (rpc.leadershipTransfer() ? " transfer" : "");
        }
        if (message instanceof RequestVoteReply reply) {
            return reply.voteGranted() ? " granted" : " refused";
        }
        if (message instanceof AppendEntries rpc) {
            return " prev " + rpc.prevLogIndex() + ":" + rpc.prevLogTerm() + " " + of(rpc.entries()) + " commit "
                    + rpc.leaderCommit();
        }
        if (message instanceof AppendEntriesReply reply) {
            return reply.success()
                    ? " match " + reply.matchIndex()
                    : " refused, perhaps " + reply.conflictIndex() + ":" + reply.conflictTerm();
        }
        if (message instanceof InstallSnapshot rpc) {
            return " " + of(rpc.snapshot());
        }
        if (message instanceof InstallSnapshotReply reply) {
            return reply.matchIndex() == 0 ? " not yet" : " match " + reply.matchIndex();
        }
        return "";
    }

    static String of(Snapshot snapshot) {
        return "snapshot " + snapshot.lastIncludedIndex() + ":" + snapshot.lastIncludedTerm();
    }

    static String of(List<LogEntry> entries) {
        return entries.stream().map(Text::of).collect(Collectors.joining(", ", "[", "]"));
    }

    static String of(LogEntry entry) {
        if (entry instanceof LogEntry.Command command) {
            String text = new String(command.command(), StandardCharsets.UTF_8);
            return entry.index() + ":" + entry.term() + (text.isEmpty() ? "" : " " + text);
        }
        return entry.toString();
    }

    static String of(WriteBatch writes) {
        List<String> parts = new ArrayList<>();
        writes.base()
                .ifPresent(
                        base -> parts.add("begin behind " + base.lastIncludedIndex() + ":" + base.lastIncludedTerm()));
        writes.hardState().map(Text::of).ifPresent(parts::add);
        writes.truncateFrom().ifPresent(from -> parts.add("truncate from " + from));
        if (!writes.append().isEmpty()) {
            parts.add(of(writes.append()));
        }
        return String.join(", ", parts);
    }

    private static String of(HardState state) {
        return "term " + state.currentTerm()
                + state.votedFor().map(NodeId::value).map(id -> " vote " + id).orElse("");
    }
}
