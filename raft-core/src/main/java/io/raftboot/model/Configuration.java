package io.raftboot.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The servers of the cluster and who of them votes. While it is joint (§6), a decision needs a majority of {@code voters} and a
 * majority of {@code outgoingVoters}; otherwise the latter is empty. A member in neither set is a learner: it receives the log
 * and is not counted.
 *
 * @param members every server, in the order of ids; unmodifiable
 * @param voters those that vote; unmodifiable
 * @param outgoingVoters those that voted before a change that is still under way; unmodifiable, mostly empty
 */
public record Configuration(
        SortedMap<NodeId, Member> members, SortedSet<NodeId> voters, SortedSet<NodeId> outgoingVoters) {

    private static final Configuration EMPTY = new Configuration(new TreeMap<>(), new TreeSet<>(), new TreeSet<>());

    /** @throws IllegalArgumentException if a voter is no member, or a member is filed under another id */
    public Configuration {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
        outgoingVoters = Collections.unmodifiableSortedSet(new TreeSet<>(outgoingVoters));
        if (!members.keySet().containsAll(voters) || !members.keySet().containsAll(outgoingVoters)) {
            throw new IllegalArgumentException("a voter is not among the members " + members.keySet());
        }
        members.forEach((id, member) -> {
            if (!id.equals(member.id())) {
                throw new IllegalArgumentException(member + " is filed under " + id);
            }
        });
    }

    /** No server at all: whoever has it waits to be added and never campaigns. */
    public static Configuration empty() {
        return EMPTY;
    }

    /** A configuration in which every one of these servers votes. @throws IllegalArgumentException if an id occurs twice */
    public static Configuration ofVoters(Collection<Member> voters) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (Member voter : voters) {
            if (members.put(voter.id(), voter) != null) {
                throw new IllegalArgumentException("the id " + voter.id() + " occurs twice");
            }
        }
        return new Configuration(members, new TreeSet<>(members.keySet()), new TreeSet<>());
    }

    /** Whether a change of voters is under way, so that two majorities are needed. */
    public boolean isJoint() {
        return !outgoingVoters.isEmpty();
    }

    /** Whether this server's vote counts. */
    public boolean isVoter(NodeId id) {
        return voters.contains(id) || outgoingVoters.contains(id);
    }

    /** Whether this server is part of the cluster, as a voter or a learner. */
    public boolean contains(NodeId id) {
        return members.containsKey(id);
    }

    /** Every member but this one, in the order of ids. */
    public List<Member> others(NodeId self) {
        return members.values().stream()
                .filter(member -> !member.id().equals(self))
                .toList();
    }

    @Override
    public String toString() {
        String learners = members.keySet().stream()
                .filter(id -> !isVoter(id))
                .map(NodeId::value)
                .collect(Collectors.joining(" "));
        return "voters" + voters
                + (isJoint() ? " outgoing" + outgoingVoters : "")
                + (learners.isEmpty() ? "" : " learners[" + learners + "]");
    }
}
