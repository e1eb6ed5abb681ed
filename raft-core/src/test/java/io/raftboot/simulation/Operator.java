package io.raftboot.simulation;

import static io.raftboot.simulation.Violation.require;

import io.raftboot.consensus.Consensus;
import io.raftboot.model.ChangeOutlook;
import io.raftboot.model.Configuration;
import io.raftboot.model.Member;
import io.raftboot.model.MembershipChange;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Somebody who changes the members all the time, whether it makes sense or not. What he may not do is what nobody may: leave a
 * majority of wiped disks, or take a server in that has not met what it has to know; see {@link Strangers}.
 */
final class Operator {

    private static final int FORCED_PER_MILLE = 200;
    private static final int CRASHES_WHEN_INVITED_PER_MILLE = 300;

    private final World world;
    private final Strangers strangers;
    private int moves;

    Operator(World world) {
        this.world = world;
        this.strangers = new Strangers(world);
    }

    /** Adds a server that waits for it, or one that was removed and begins again. */
    void add() {
        Optional<SimulatedServer> found = strangers.find();
        NodeId id = found.map(SimulatedServer::id).orElseGet(this::anyId);
        change(new MembershipChange.Add(World.member(World.number(id)), world.dice.flip()));
    }

    void promote() {
        change(new MembershipChange.Promote(anyMember(false)));
    }

    void demote() {
        change(new MembershipChange.Demote(anyMember(true)));
    }

    /** Removes any member, and more often than chance would whoever leads. */
    void remove() {
        boolean removesLeader = world.dice.chance(300);
        change(new MembershipChange.Remove(removesLeader ? world.leaderOrAny().id() : anyId()));
    }

    void remove(SimulatedServer server) {
        change(new MembershipChange.Remove(server.id()));
    }

    /** A member gets another address, and stays what it is. */
    void move() {
        Configuration current = known();
        NodeId id = anyId();
        boolean votes = current.isVoter(id) || current.promotable().contains(id);
        change(new MembershipChange.Add(new Member(id, URI.create("http://" + id + "-" + ++moves)), votes));
    }

    /** Wants other voters, any number at once. Servers that are new catch up first, and get some time for it. */
    Replacement replace() {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        known().members().forEach((id, member) -> {
            if (world.dice.chance(700)) {
                members.put(id, member);
            }
        });
        strangers.all().stream()
                .filter(server -> world.dice.flip())
                .forEach(server -> members.put(server.id(), World.member(server.number())));
        TreeSet<NodeId> voters = new TreeSet<>(members.keySet());
        voters.removeIf(id -> world.dice.chance(250));
        return new Replacement(new MembershipChange.Replace(members, voters));
    }

    /** The two steps to other members. */
    final class Replacement {

        private final MembershipChange.Replace wanted;

        private Replacement(MembershipChange.Replace wanted) {
            this.wanted = wanted;
        }

        void prepare() {
            wanted.preparation(known()).ifPresent(Operator.this::change);
        }

        void carryOut() {
            change(wanted);
        }
    }

    private Configuration known() {
        Configuration inForce = world.leaderOrAny().consensus().configuration();
        return inForce.isJoint() ? inForce.settled() : inForce;
    }

    private NodeId anyId() {
        return world.dice.pick(world.servers).id();
    }

    /** Mostly a voter or a learner, as is wanted; sometimes anybody, which makes no sense. */
    private NodeId anyMember(boolean votes) {
        Configuration current = known();
        List<NodeId> fitting = current.members().keySet().stream()
                .filter(id -> current.isVoter(id) == votes)
                .toList();
        return fitting.isEmpty() || world.dice.chance(100) ? anyId() : world.dice.pick(fitting);
    }

    private void change(MembershipChange change) {
        SimulatedServer leader = world.leaderOrAny();
        boolean force = world.dice.chance(FORCED_PER_MILLE);
        if (leader.leads()) {
            leader.input(() -> attempt(leader, change, force));
        }
    }

    private void attempt(SimulatedServer leader, MembershipChange change, boolean force) {
        if (!leader.leads()) {
            return;
        }
        Configuration inForce = leader.consensus().configuration();
        Configuration current = inForce.isJoint() ? inForce.settled() : inForce;
        try {
            Configuration target = change.from(current);
            if (world.majorities.works(target)
                    && strangers.mayBeAdded(current, target)
                    && invite(leader, change, force, current, target)) {
                carryOut(leader, change, force, target.equals(current));
            }
        } catch (RaftException refusal) {
            world.coverage.saw(Seen.CHANGE_REFUSED);
        }
    }

    /** Before a change begins, whoever is to be added is told what is committed. @return whether all of them answer */
    private boolean invite(
            SimulatedServer leader,
            MembershipChange change,
            boolean force,
            Configuration current,
            Configuration target) {
        ChangeOutlook outlook = leader.consensus().outlook(change);
        if (!outlook.safe() && !(force && outlook.forcible())) {
            return true;
        }
        List<SimulatedServer> added =
                Strangers.added(current, target).map(world::server).toList();
        if (!added.stream().allMatch(SimulatedServer::isIdle)) {
            return false;
        }
        added.forEach(server -> invite(server, leader.consensus().commitIndex()));
        return true;
    }

    /** Before it has got what it was told of, it may well crash: it must not have forgotten that. */
    private void invite(SimulatedServer server, long commitIndex) {
        server.invited(commitIndex);
        if (world.dice.chance(CRASHES_WHEN_INVITED_PER_MILLE)) {
            world.queue.after(world.dice.delay(world.settings.electionTimeout()), () -> {
                if (server.isRunning() && server.mayCrash()) {
                    server.crash();
                    world.restartSomeTime(server);
                }
            });
        }
    }

    private void carryOut(SimulatedServer leader, MembershipChange change, boolean force, boolean isAlreadySo) {
        Consensus consensus = leader.consensus();
        long last = consensus.lastLogPosition().index();
        Configuration inForce = consensus.configuration();
        boolean isSafe = consensus.outlook(change).safe();
        consensus.change(change, force);
        if (world.trace.isOn()) {
            world.trace(leader.id() + " is told to " + change + (force ? " by force" : ""));
        }
        checkRole(change, inForce, consensus.configuration());
        if (force) {
            world.memberships.forced(consensus.configuration());
        }
        if (isAlreadySo) {
            world.coverage.saw(Seen.CHANGE_ALREADY_SO);
            require(consensus.lastLogPosition().index() == last, "%s logs %s, which is so already", leader, change);
        } else if (!isSafe) {
            require(force, "%s begins %s, which is not safe", leader, change);
            world.coverage.saw(Seen.CHANGE_FORCED);
        }
    }

    /** Who is added again, with another address perhaps, stays a voter or a learner (bug R47). */
    private static void checkRole(MembershipChange change, Configuration before, Configuration after) {
        if (change instanceof MembershipChange.Add add) {
            NodeId id = add.member().id();
            require(
                    before.voters().contains(id) == after.voters().contains(id),
                    "%s turned %s into %s",
                    add,
                    before,
                    after);
        }
    }
}
