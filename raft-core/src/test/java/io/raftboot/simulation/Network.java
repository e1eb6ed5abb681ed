package io.raftboot.simulation;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.util.Arrays;
import java.util.List;

/** The links between servers, one for each direction: they lose, delay, repeat, reorder, and can be cut. */
final class Network {

    /**
     * A message under way.
     *
     * @param formerLives of the sender
     * @param incarnation of the sender
     * @param meant which incarnation of the receiver the sender had met
     * @param configurationIndex where the configuration stands that the sender goes by
     */
    private record Letter(Message message, int formerLives, int incarnation, int meant, long configurationIndex) {}

    private final World world;
    private final boolean[][] cut;
    private final long[][] latestRound;
    private final long[] detourUntil;
    private final Acquaintances acquaintances;

    private int lostPerMille;
    private int repeatedPerMille;
    private int latePerMille;
    private long delay = EventQueue.TICK;
    private Seen shape = Seen.MESSAGE_CUT;
    private long sent;
    private int ages;

    Network(World world) {
        this.world = world;
        int servers = world.settings.allServers();
        this.cut = new boolean[servers][servers];
        this.latestRound = new long[servers][servers];
        this.detourUntil = new long[servers];
        this.acquaintances = new Acquaintances(servers);
    }

    Acquaintances acquaintances() {
        return acquaintances;
    }

    /** Throws the dice for how bad the links are that are not cut. */
    void deteriorate() {
        Dice dice = world.dice;
        lostPerMille = dice.pickInt(0, 0, 10, 100, 300);
        repeatedPerMille = dice.pickInt(0, 20, 150);
        latePerMille = dice.pickInt(0, 0, 10, 50);
        delay = EventQueue.TICK * dice.pickInt(1, 1, 2, 5, world.settings.electionTicks() / 3);
    }

    /** For a while much of what a server says, and of what is said to it, goes a long way and arrives late. */
    void detour(int server, long time) {
        detourUntil[server] = world.queue.now() + time;
    }

    /** Makes every link whole and quick; what is still under way is lost, so that nothing late disturbs from now on. */
    void heal() {
        ages++;
        lostPerMille = 0;
        repeatedPerMille = 0;
        latePerMille = 0;
        delay = EventQueue.TICK;
        Arrays.fill(detourUntil, 0);
        mend();
    }

    /** Makes every link carry messages again. */
    void mend() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }

    /** Names the shape in which links are going to be cut. */
    void shape(Seen name) {
        shape = name;
    }

    void cut(int from, int to) {
        cut[from][to] = true;
    }

    void cutBoth(int one, int other) {
        cut(one, other);
        cut(other, one);
    }

    /** Whether a call from one to the other gets its answer. */
    boolean joins(int one, int other) {
        return !cut[one][other] && !cut[other][one];
    }

    /** Throws the dice for a piece of a snapshot. */
    boolean losesPiece() {
        return world.dice.chance(lostPerMille);
    }

    /** Cuts a server off in both directions. */
    void isolate(int server) {
        for (int other = 0; other < cut.length; other++) {
            cutBoth(server, other);
        }
    }

    /** How many messages the members have sent to each other. */
    long sent() {
        return sent;
    }

    void send(Message message, int formerLives) {
        int from = World.number(message.from());
        int to = World.number(message.to());
        SimulatedServer sender = world.servers.get(from);
        Letter letter = new Letter(
                message,
                formerLives,
                acquaintances.incarnationOf(from),
                acquaintances.met(from, to),
                sender.consensus().configurationIndex());
        sent += !sender.isWiped()
                        && world.memberships
                                .latest()
                                .members()
                                .keySet()
                                .containsAll(List.of(message.from(), message.to()))
                ? 1
                : 0;
        if (cut[from][to]) {
            world.coverage.saw(shape);
            lose(message, Seen.MESSAGE_CUT);
        } else if (world.dice.chance(lostPerMille)) {
            lose(message, Seen.MESSAGE_LOST);
        } else {
            carry(letter, delayOf(from, to));
            if (world.dice.chance(repeatedPerMille)) {
                world.coverage.saw(Seen.MESSAGE_DUPLICATED);
                carry(letter, delayOf(from, to));
            }
        }
    }

    /** One server connects to another, and learns that there is no process if none is there; no longer than that takes. */
    void connect(int from, int to, Runnable refused) {
        travel(from, to, () -> {
            if (world.servers.get(to).isCrashed()) {
                travel(to, from, refused);
            }
        });
    }

    private void travel(int from, int to, Runnable arrived) {
        if (cut[from][to] || world.dice.chance(lostPerMille)) {
            return;
        }
        int age = ages;
        world.queue.after(1 + world.dice.delay(delay), () -> {
            if (age == ages) {
                arrived.run();
            }
        });
    }

    private long delayOf(int from, int to) {
        if (Math.max(detourUntil[from], detourUntil[to]) > world.queue.now() && world.dice.flip()) {
            world.coverage.saw(Seen.MESSAGE_LATE);
            return world.dice.delay(6 * world.settings.electionTimeout());
        }
        return someDelay();
    }

    private long someDelay() {
        if (world.dice.chance(latePerMille)) {
            world.coverage.saw(Seen.MESSAGE_LATE);
            return world.dice.delay(6 * world.settings.electionTimeout());
        }
        return 1 + world.dice.delay(delay);
    }

    private void carry(Letter letter, long after) {
        int age = ages;
        world.queue.after(after, () -> {
            if (age == ages) {
                arrive(letter);
            }
        });
    }

    private void arrive(Letter letter) {
        Message message = letter.message();
        SimulatedServer receiver = world.server(message.to());
        if (receiver.isCrashed()) {
            lose(message, Seen.MESSAGE_LOST);
        } else if (isFromOrForAnother(letter)) {
            lose(message, Seen.WIPED_SERVER_REFUSED);
        } else if (message instanceof Message.Request
                && receiver.contacts().hasRemoved(message.from(), letter.configurationIndex())
                && world.dice.chance(world.settings.tellsRemovedPerMille())) {
            tellRemoved(letter);
        } else {
            if (!receiver.contacts().knowsRemovalOf(message.from())) {
                acquaintances.meet(receiver.number(), World.number(message.from()));
            }
            note(letter);
            receiver.deliver(message);
        }
    }

    /** The caller hears that it is removed, if the answer arrives and the caller is still there. */
    private void tellRemoved(Letter letter) {
        Message message = letter.message();
        int from = World.number(message.from());
        SimulatedServer caller = world.servers.get(from);
        if (world.trace.isOn()) {
            world.trace(message.to() + " tells " + message.from() + " that it is removed");
        }
        if (cut[World.number(message.to())][from]) {
            return;
        }
        world.queue.after(someDelay(), () -> {
            if (caller.formerLives() == letter.formerLives() && !caller.isCrashed()) {
                world.coverage.saw(Seen.REMOVED_SERVER_TOLD);
                caller.input(caller::removed);
            }
        });
    }

    private boolean isFromOrForAnother(Letter letter) {
        int from = World.number(letter.message().from());
        int to = World.number(letter.message().to());
        return !acquaintances.admits(from, letter.incarnation(), to, letter.meant())
                && world.bug != LoopBug.WIPED_SERVER_TAKES_PART;
    }

    private void note(Letter letter) {
        Message message = letter.message();
        int from = World.number(message.from());
        int to = World.number(message.to());
        if (message.round() < latestRound[from][to]) {
            world.coverage.saw(Seen.MESSAGE_REORDERED);
        }
        if (letter.formerLives() < world.servers.get(from).formerLives()) {
            world.coverage.saw(Seen.MESSAGE_OF_FORMER_LIFE);
        }
        latestRound[from][to] = message.round();
    }

    /** As over HTTP, whoever made the call may notice that no answer comes; or may not, if the answer is merely late. */
    void lose(Message message, Seen how) {
        world.coverage.saw(how);
        if (world.trace.isOn()) {
            world.trace(how + " " + message);
        }
        if (world.dice.flip()) {
            return;
        }
        boolean isRequest = message instanceof Message.Request;
        NodeId caller = isRequest ? message.from() : message.to();
        NodeId called = isRequest ? message.to() : message.from();
        world.queue.after(someDelay(), () -> world.server(caller).unreachable(called));
    }
}
