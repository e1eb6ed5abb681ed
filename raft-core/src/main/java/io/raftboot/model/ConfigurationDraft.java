package io.raftboot.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A configuration in the making: begins as another one, and remembers whom it leaves out. */
final class ConfigurationDraft {

    private final Configuration current;
    private final SortedMap<NodeId, Member> members;
    private final SortedSet<NodeId> voters;
    private final SortedSet<NodeId> promotable;

    ConfigurationDraft(Configuration current) {
        this.current = current;
        this.members = new TreeMap<>(current.members());
        this.voters = new TreeSet<>(current.voters());
        this.promotable = new TreeSet<>(current.promotable());
    }

    SortedMap<NodeId, Member> members() {
        return members;
    }

    SortedSet<NodeId> voters() {
        return voters;
    }

    SortedSet<NodeId> promotable() {
        return promotable;
    }

    /** @throws RaftException.UnknownMember if it is none */
    void requireMember(NodeId id) {
        if (!members.containsKey(id)) {
            throw new RaftException.UnknownMember(id);
        }
    }

    /** The result. @throws RaftException.ChangeRefused if no cluster could be like that */
    Configuration configuration() {
        refuseIf(voters.isEmpty(), "no server would be left that votes");
        refuseIf(
                members.size() > Configuration.MAX_MEMBERS,
                "a cluster has at most " + Configuration.MAX_MEMBERS + " servers");
        refuseIf(
                members.values().stream().map(Member::url).distinct().count() < members.size(),
                "two servers would have the same URL");
        return new Configuration(members, voters, Collections.emptySortedSet(), promotable, removed());
    }

    private static void refuseIf(boolean impossible, String reason) {
        if (impossible) {
            throw new RaftException.ChangeRefused(reason);
        }
    }

    private SortedSet<NodeId> removed() {
        SortedSet<NodeId> removed = new TreeSet<>(current.removed());
        removed.addAll(current.members().keySet());
        removed.removeAll(members.keySet());
        while (removed.size() > Configuration.MAX_REMOVED) {
            removed.remove(removed.first());
        }
        return removed;
    }
}
