package io.raftboot.model;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an operator wants the cluster to become (§6). A change that is already so changes nothing. */
public sealed interface MembershipChange {

    /**
     * The configuration that this change leads to; the given one if it is so already.
     *
     * @param current not joint
     * @throws RaftException.UnknownMember if the change is about a server that is none
     * @throws RaftException.ChangeRefused if it makes no sense from there
     */
    Configuration from(Configuration current);

    /**
     * Adds a server as a learner, or gives one that is there another URL; its role stays.
     *
     * @param toVote whether it is to become a voter as soon as it has caught up
     */
    record Add(Member member, boolean toVote) implements MembershipChange {

        @Override
        public Configuration from(Configuration current) {
            NodeId id = member.id();
            if (!toVote && (current.isVoter(id) || current.promotable().contains(id))) {
                throw new RaftException.ChangeRefused(id + " votes or is to vote: demote it to make it a learner");
            }
            ConfigurationDraft draft = new ConfigurationDraft(current);
            draft.members().put(id, member);
            if (toVote && !current.isVoter(id)) {
                draft.promotable().add(id);
            }
            return draft.configuration();
        }
    }

    /** Makes a learner a voter. */
    record Promote(NodeId id) implements MembershipChange {

        @Override
        public Configuration from(Configuration current) {
            ConfigurationDraft draft = new ConfigurationDraft(current);
            draft.requireMember(id);
            draft.voters().add(id);
            draft.promotable().remove(id);
            return draft.configuration();
        }
    }

    /** Makes a voter a learner, one that stays a learner. */
    record Demote(NodeId id) implements MembershipChange {

        @Override
        public Configuration from(Configuration current) {
            ConfigurationDraft draft = new ConfigurationDraft(current);
            draft.requireMember(id);
            draft.voters().remove(id);
            draft.promotable().remove(id);
            return draft.configuration();
        }
    }

    /** Removes a server. */
    record Remove(NodeId id) implements MembershipChange {

        @Override
        public Configuration from(Configuration current) {
            if (current.hasRemoved(id)) {
                return current;
            }
            ConfigurationDraft draft = new ConfigurationDraft(current);
            draft.requireMember(id);
            draft.members().remove(id);
            draft.voters().remove(id);
            draft.promotable().remove(id);
            return draft.configuration();
        }
    }

    /**
     * Makes these servers the cluster, and no others.
     *
     * @param members every server; unmodifiable
     * @param voters who of them votes; unmodifiable
     */
    record Replace(SortedMap<NodeId, Member> members, SortedSet<NodeId> voters) implements MembershipChange {

        /** Both are copied. @throws IllegalArgumentException if a voter is no member */
        public Replace {
            members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
            voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
            if (!members.keySet().containsAll(voters)) {
                throw new IllegalArgumentException("a voter is no member");
            }
        }

        /** The step before, in which the servers that are new catch up as learners; empty if none is new. */
        public Optional<MembershipChange> preparation(Configuration current) {
            Collection<Member> strangers = members.values().stream()
                    .filter(member -> !current.contains(member.id()))
                    .toList();
            return strangers.isEmpty() ? Optional.empty() : Optional.of(new Prepare(strangers));
        }

        @Override
        public Configuration from(Configuration current) {
            ConfigurationDraft draft = new ConfigurationDraft(current);
            draft.members().clear();
            draft.members().putAll(members);
            draft.voters().clear();
            draft.voters().addAll(voters);
            draft.promotable().clear();
            return draft.configuration();
        }
    }

    /** Adds servers as learners that nobody promotes. */
    record Prepare(Collection<Member> learners) implements MembershipChange {

        @Override
        public Configuration from(Configuration current) {
            ConfigurationDraft draft = new ConfigurationDraft(current);
            learners.forEach(learner -> draft.members().putIfAbsent(learner.id(), learner));
            return draft.configuration();
        }
    }
}
