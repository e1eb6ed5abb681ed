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
     * @return whether the receiver takes it, and from now on knows the sender
     */
    boolean admits(int from, int incarnation, int to, int meant) {
        if (meant != NOBODY && meant != incarnations[to]) {
            return false;
        }
        if (met[to][from] == NOBODY) {
            met[to][from] = incarnation;
        }
        return met[to][from] == incarnation;
    }

    /** Whether all others have met a server's present incarnation: until then its next one could pass for the first. */
    boolean isKnownToAll(int server) {
        for (int other = 0; other < met.length; other++) {
            if (other != server && met[other][server] != incarnations[server]) {
                return false;
            }
        }
        return true;
    }

    /** A server comes back with an empty disk. */
    void wiped(int server) {
        incarnations[server]++;
        Arrays.fill(met[server], NOBODY);
    }
}
