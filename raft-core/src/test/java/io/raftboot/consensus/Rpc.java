package io.raftboot.consensus;

import io.raftboot.model.LogEntry;
import io.raftboot.model.LogPosition;
import io.raftboot.model.Message.AppendEntries;
import io.raftboot.model.Message.AppendEntriesReply;
import io.raftboot.model.Message.InstallSnapshot;
import io.raftboot.model.Message.InstallSnapshotReply;
import io.raftboot.model.Message.RequestVote;
import io.raftboot.model.Message.RequestVoteReply;
import io.raftboot.model.Message.TimeoutNow;
import io.raftboot.model.Message.TimeoutNowReply;
import io.raftboot.model.NodeId;
import io.raftboot.model.Snapshot;
import java.util.List;

/** The envelope of a hand-made message; its methods put the letter in. */
record Rpc(NodeId from, NodeId to, long term, long round) {

    static Rpc rpc(NodeId from, NodeId to, long term, long round) {
        return new Rpc(from, to, term, round);
    }

    RequestVote requestVote(long lastLogIndex, long lastLogTerm) {
        return new RequestVote(from, to, term, round, lastLogIndex, lastLogTerm, false, false);
    }

    RequestVote requestPreVote(long lastLogIndex, long lastLogTerm) {
        return new RequestVote(from, to, term, round, lastLogIndex, lastLogTerm, true, false);
    }

    RequestVote requestVoteOnTransfer(long lastLogIndex, long lastLogTerm) {
        return new RequestVote(from, to, term, round, lastLogIndex, lastLogTerm, false, true);
    }

    RequestVoteReply vote(boolean granted) {
        return new RequestVoteReply(from, to, term, round, false, granted);
    }

    RequestVoteReply preVote(boolean granted) {
        return new RequestVoteReply(from, to, term, round, true, granted);
    }

    AppendEntries heartbeat(long prevLogIndex, long prevLogTerm, long leaderCommit) {
        return append(prevLogIndex, prevLogTerm, leaderCommit, List.of());
    }

    AppendEntries append(long prevLogIndex, long prevLogTerm, long leaderCommit, List<LogEntry> entries) {
        return new AppendEntries(from, to, term, round, prevLogIndex, prevLogTerm, entries, leaderCommit);
    }

    AppendEntriesReply accepted(long matchIndex) {
        return new AppendEntriesReply(from, to, term, round, true, matchIndex, 0, 0);
    }

    AppendEntriesReply refused(long conflictIndex, long conflictTerm) {
        return new AppendEntriesReply(from, to, term, round, false, 0, conflictIndex, conflictTerm);
    }

    InstallSnapshot install(Snapshot snapshot) {
        return new InstallSnapshot(from, to, term, round, snapshot);
    }

    InstallSnapshotReply installed(long matchIndex) {
        return new InstallSnapshotReply(from, to, term, round, matchIndex);
    }

    TimeoutNow timeoutNow() {
        return new TimeoutNow(from, to, term, round);
    }

    TimeoutNowReply timeoutNowReply() {
        return new TimeoutNowReply(from, to, term, round);
    }

    /** What a follower of the same term says that has everything. */
    static AppendEntriesReply accepted(AppendEntries request) {
        return AppendEntriesReply.accepted(request, request.term());
    }

    /** What a follower of the same term says whose log ends or differs before the new entries. */
    static AppendEntriesReply refused(AppendEntries request, long conflictIndex, long conflictTerm) {
        return AppendEntriesReply.refused(request, request.term(), new LogPosition(conflictIndex, conflictTerm));
    }

    /** What a voter says to that candidate, itself being in that term. */
    static RequestVoteReply answer(RequestVote request, long voterTerm, boolean granted) {
        return new RequestVoteReply(
                request.to(), request.from(), voterTerm, request.round(), request.preVote(), granted);
    }
}
