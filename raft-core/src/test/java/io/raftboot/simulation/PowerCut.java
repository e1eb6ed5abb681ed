package io.raftboot.simulation;

/** Unwinds a turn of a server that crashes in the middle of it. */
final class PowerCut extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PowerCut() {
        super("power cut", null, false, false);
    }
}
