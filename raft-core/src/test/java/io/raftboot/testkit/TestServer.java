package io.raftboot.testkit;

import io.raftboot.NodeInHand;
import io.raftboot.RaftNode;
import io.raftboot.model.NodeId;
import io.raftboot.model.RaftStatus;
import io.raftboot.spi.StateMachine;
import java.util.Optional;
import java.util.function.Supplier;

/** One server of a {@link RaftTestCluster}: a disk that stays, and a life after the other. */
final class TestServer<S extends StateMachine> {

    /** What is between a start and a crash, and lost with it. */
    record Life<S>(NodeInHand node, S stateMachine) {}

    private final NodeId id;
    private final Supplier<Life<S>> lives;
    private Life<S> life;
    private boolean isCrashed;

    /**
     * A server that runs.
     *
     * @param lives makes a life that finds the disk as the last one left it, and has not begun yet
     */
    TestServer(NodeId id, Supplier<Life<S>> lives) {
        this.id = id;
        this.lives = lives;
        this.life = lives.get();
        node().start();
    }

    NodeId id() {
        return id;
    }

    RaftNode node() {
        return life.node().node();
    }

    RaftStatus status() {
        return node().status();
    }

    Optional<String> failure() {
        return life.node().failure();
    }

    S stateMachine() {
        return life.stateMachine();
    }

    boolean isRunning() {
        return !isCrashed;
    }

    boolean turn() {
        return life.node().turn();
    }

    void expire() {
        life.node().expire();
    }

    /** Between two turns nothing is on its way to the disk, so a crash is a stop at which nothing is finished. */
    void crash() {
        node().stop();
        isCrashed = true;
    }

    void restart() {
        life = lives.get();
        isCrashed = false;
        node().start();
    }

    @Override
    public String toString() {
        RaftStatus status = status();
        return id + (isCrashed ? " crashed" : " " + status.role()) + " in term " + status.term() + ", applied "
                + status.lastApplied() + " of " + status.lastLogIndex();
    }
}
