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
 * @param promotable the learners that become voters as soon as they have caught up (thesis §4.2.1); unmodifiable
 * @param removed the servers that were members once and are not to come back; unmodifiable. While it is joint, a member that
 *     leaves with its end is here too
 */
public record Configuration(
        SortedMap<NodeId, Member> members,
        SortedSet<NodeId> voters,
        SortedSet<NodeId> outgoingVoters,
        SortedSet<NodeId> promotable,
        SortedSet<NodeId> removed) {

    /** The most servers there may be. */
    public static final int MAX_MEMBERS = 64;

    /** How many removed servers are remembered; of more, those with the smallest ids are forgotten. */
    public static final int MAX_REMOVED = 1024;

    private static final Configuration EMPTY = new Configuration(new TreeMap<>(), new TreeSet<>(), new TreeSet<>());

    /** @throws IllegalArgumentException if a voter or promotable server is no member, a member is filed under another id, or there are too many */
    public Configuration {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
        voters = copyOf(voters);
        outgoingVoters = copyOf(outgoingVoters);
        promotable = copyOf(promotable);
        removed = copyOf(removed);
        require(members.size() <= MAX_MEMBERS, "there are at most " + MAX_MEMBERS + " members");
        require(removed.size() <= MAX_REMOVED, "at most " + MAX_REMOVED + " removed servers are remembered");
        require(
                members.keySet().containsAll(voters) && members.keySet().containsAll(outgoingVoters),
                "a voter is not among the members " + members.keySet());
        require(
                members.keySet().containsAll(promotable) && Collections.disjoint(promotable, voters),
                "a server to be promoted is no learner");
        members.forEach((id, member) -> require(id.equals(member.id()), member + " is filed under " + id));
        for (NodeId id : removed) {
            require(!members.containsKey(id) || isOutgoingOnly(id, voters, outgoingVoters), id + " is not removed");
        }
    }

    /** A configuration in which nobody waits for promotion and from which nobody was removed. */
    public Configuration(
            SortedMap<NodeId, Member> members, SortedSet<NodeId> voters, SortedSet<NodeId> outgoingVoters) {
        this(members, voters, outgoingVoters, Collections.emptySortedSet(), Collections.emptySortedSet());
    }

    private static SortedSet<NodeId> copyOf(Collection<NodeId> ids) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(ids));
    }

    private static boolean isOutgoingOnly(NodeId id, SortedSet<NodeId> voters, SortedSet<NodeId> outgoingVoters) {
        return outgoingVoters.contains(id) && !voters.contains(id);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
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

    /** Whether this server was a member, and is none any more. */
    public boolean hasRemoved(NodeId id) {
        return removed.contains(id) && !contains(id);
    }

    /** Every member but this one, in the order of ids. */
    public List<Member> others(NodeId self) {
        return members.values().stream()
                .filter(member -> !member.id().equals(self))
                .toList();
    }

    /**
     * What follows this configuration on the way to another one: that one itself if the same servers vote in both, so that any two
     * majorities overlap; otherwise the joint configuration of both (§6).
     *
     * @param target not joint, and it remembers whom this one removed and it does not have
     * @throws IllegalArgumentException if one of the two is joint
     */
    public Configuration towards(Configuration target) {
        require(!isJoint() && !target.isJoint(), "a change begins and ends outside a joint configuration");
        if (voters.equals(target.voters)) {
            return target;
        }
        SortedMap<NodeId, Member> both = new TreeMap<>(target.members);
        members.forEach((id, member) -> {
            if (voters.contains(id)) {
                both.putIfAbsent(id, member);
            }
        });
        return new Configuration(both, target.voters, voters, target.promotable, target.removed);
    }

    /** What follows a joint configuration: its new voters alone, and without the members that leave. */
    public Configuration settled() {
        SortedMap<NodeId, Member> staying = new TreeMap<>(members);
        staying.keySet().removeAll(removed);
        return new Configuration(staying, voters, Collections.emptySortedSet(), promotable, removed);
    }

    @Override
    public String toString() {
        String learners = members.keySet().stream()
                .filter(id -> !isVoter(id))
                .map(NodeId::value)
                .collect(Collectors.joining(" "));
        return "voters" + voters
                + (isJoint() ? " outgoing" + outgoingVoters : "")
                + (learners.isEmpty() ? "" : " learners[" + learners + "]")
                + (promotable.isEmpty() ? "" : " promotable" + promotable);
    }
}
