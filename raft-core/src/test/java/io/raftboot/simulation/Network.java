package io.raftboot.simulation;

import io.raftboot.model.Message;
import io.raftboot.model.NodeId;
import java.util.Arrays;

/** The links between servers, one for each direction: they lose, delay, repeat, reorder, and can be cut. */
final class Network {

    private final World world;
    private final boolean[][] cut;
    private final long[][] latestRound;

    private int lostPerMille;
    private int repeatedPerMille;
    private int latePerMille;
    private long delay = EventQueue.TICK;
    private long sent;
    private int ages;

    Network(World world) {
        this.world = world;
        this.cut = new boolean[world.settings.servers()][world.settings.servers()];
        this.latestRound = new long[cut.length][cut.length];
    }

    /** Throws the dice for how bad the links are that are not cut. */
    void deteriorate() {
        Dice dice = world.dice;
        lostPerMille = dice.pickInt(0, 0, 10, 100, 300);
        repeatedPerMille = dice.pickInt(0, 20, 150);
        latePerMille = dice.pickInt(0, 0, 10, 50);
        delay = EventQueue.TICK * dice.pickInt(1, 1, 2, 5, world.settings.electionTicks() / 3);
    }

    /** Makes every link whole and quick; what is still under way is lost, so that nothing late disturbs from now on. */
    void heal() {
        ages++;
        lostPerMille = 0;
        repeatedPerMille = 0;
        latePerMille = 0;
        delay = EventQueue.TICK;
        mend();
    }

    /** Makes every link carry messages again. */
    void mend() {
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
    }

    void cut(int from, int to) {
        cut[from][to] = true;
    }

    void cutBoth(int one, int other) {
        cut(one, other);
        cut(other, one);
    }

    /** Cuts a server off in both directions. */
    void isolate(int server) {
        for (int other = 0; other < cut.length; other++) {
            cutBoth(server, other);
        }
    }

    /** How many messages the servers have sent. */
    long sent() {
        return sent;
    }

    void send(Message message, int formerLives) {
        sent++;
        if (cut[World.number(message.from())][World.number(message.to())]) {
            lose(message, formerLives, Seen.MESSAGE_CUT);
        } else if (world.dice.chance(lostPerMille)) {
            lose(message, formerLives, Seen.MESSAGE_LOST);
        } else {
            carry(message, formerLives, someDelay());
            if (world.dice.chance(repeatedPerMille)) {
                world.coverage.saw(Seen.MESSAGE_DUPLICATED);
                carry(message, formerLives, someDelay());
            }
        }
    }

    private long someDelay() {
        if (world.dice.chance(latePerMille)) {
            world.coverage.saw(Seen.MESSAGE_LATE);
            return world.dice.delay(6 * world.settings.electionTimeout());
        }
        return 1 + world.dice.delay(delay);
    }

    private void carry(Message message, int formerLives, long after) {
        int age = ages;
        world.queue.after(after, () -> {
            if (age == ages) {
                arrive(message, formerLives);
            }
        });
    }

    private void arrive(Message message, int formerLives) {
        SimulatedServer receiver = world.server(message.to());
        if (receiver.isCrashed()) {
            lose(message, formerLives, Seen.MESSAGE_LOST);
            return;
        }
        int from = World.number(message.from());
        int to = World.number(message.to());
        if (message.round() < latestRound[from][to]) {
            world.coverage.saw(Seen.MESSAGE_REORDERED);
        }
        if (formerLives < world.servers.get(from).formerLives()) {
            world.coverage.saw(Seen.MESSAGE_OF_FORMER_LIFE);
        }
        latestRound[from][to] = message.round();
        receiver.deliver(message);
    }

    /** As over HTTP, whoever made the call may notice that no answer comes; or may not, if the answer is merely late. */
    void lose(Message message, int formerLives, Seen how) {
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
