package io.raftboot.scenario;

import io.raftboot.consensus.Fixtures;
import io.raftboot.model.Member;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Changes of the members: {@code add n4 voter}, {@code add n4 learner}, {@code promote n4}, {@code demote n4}, {@code remove n4},
 * {@code replace n1,n2,n4}, all of whom are to vote.
 */
final class ChangeText {

    private ChangeText() {}

    static MembershipChange parse(Words words) {
        String kind = words.next("add, promote, demote, remove or replace");
        return switch (kind) {
            case "add" -> new MembershipChange.Add(Fixtures.member(words.server()), toVote(words));
            case "promote" -> new MembershipChange.Promote(words.server());
            case "demote" -> new MembershipChange.Demote(words.server());
            case "remove" -> new MembershipChange.Remove(words.server());
            case "replace" -> replace(servers(words.next("the new voters")));
            default -> throw new IllegalArgumentException("no change is called " + kind);
        };
    }

    private static boolean toVote(Words words) {
        String what = words.next("voter or learner");
        if (!what.equals("voter") && !what.equals("learner")) {
            throw new IllegalArgumentException("neither voter nor learner: " + what);
        }
        return what.equals("voter");
    }

    private static List<NodeId> servers(String text) {
        return Arrays.stream(text.split(",", -1)).map(NodeId::of).toList();
    }

    private static MembershipChange replace(List<NodeId> voters) {
        TreeMap<NodeId, Member> members = new TreeMap<>();
        voters.forEach(id -> members.put(id, Fixtures.member(id)));
        return new MembershipChange.Replace(members, new TreeSet<>(voters));
    }
}
