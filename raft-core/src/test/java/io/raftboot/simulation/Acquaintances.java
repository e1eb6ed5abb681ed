package io.raftboot.simulation;

import java.util.Arrays;

/**
 * Which incarnation of each other server a server has met, as the product's transport remembers it on disk (DESIGN.md §6): a server
 * that comes back with an empty disk is another one under the same name, and nobody who met the old one talks to it.
 */
final class Acquaintances {

    /** Not met yet. */
    static final int NOBODY = -1;

    private final int[] incarnations;
    private final int[][] met;

    Acquaintances(int servers) {
        this.incarnations = new int[servers];
        this.met = new int[servers][servers];
        for (int[] row : met) {
            Arrays.fill(row, NOBODY);
        }
    }

    /** The incarnation that a server has now. */
    int incarnationOf(int server) {
        return incarnations[server];
    }

    /** Which incarnation of another server this one has met, or {@link #NOBODY}. */
    int met(int server, int other) {
        return met[server][other];
    }

    /**
     * A message arrives.
     *
     * @param incarnation the sender's, when it sent
     * @param meant which incarnation of the receiver the sender had met then
     * @return whether the receiver takes it; what a process that is gone for good has sent does not arrive any more
     */
    boolean admits(int from, int incarnation, int to, int meant) {
        if (meant != NOBODY && meant != incarnations[to]) {
            return false;
        }
        return met[to][from] == NOBODY ? incarnation == incarnations[from] : met[to][from] == incarnation;
    }

    /** A server has taken a message of another one, and from now on knows it. */
    void meet(int server, int other) {
        if (met[server][other] == NOBODY) {
            met[server][other] = incarnations[other];
        }
    }

    /** A server need not recognize another one any more, because that one is removed. */
    void forget(int server, int other) {
        met[server][other] = NOBODY;
    }

    /** Whether a server has met another one's present incarnation: until then that one's next could pass for it. */
    boolean hasMet(int server, int other) {
        return met[server][other] == incarnations[other];
    }

    /** Whether a server has met one that is another one by now. */
    boolean hasMetFormer(int server, int other) {
        return met[server][other] != NOBODY && !hasMet(server, other);
    }

    /** A server comes back with an empty disk, and knows nobody. */
    void begins(int server) {
        incarnations[server]++;
        Arrays.fill(met[server], NOBODY);
    }
}
