package io.raftboot.simulation;

import java.util.ArrayList;
import java.util.List;

/** What happened, a line each, for a human; of a round, which starts at random, only the last four digits. Off unless somebody is going to read it: a run is replayed to get its trace. */
final class Trace {

    private final boolean isOn;
    private final List<String> lines = new ArrayList<>();

    Trace(boolean isOn) {
        this.isOn = isOn;
    }

    /** Whether it pays to build a line. */
    boolean isOn() {
        return isOn;
    }

    /** @param now the virtual time, in parts of a tick */
    void add(long now, String line) {
        if (!isOn) {
            return;
        }
        lines.add(now / EventQueue.TICK + "." + (now % EventQueue.TICK + EventQueue.TICK + "").substring(1) + " "
                + line.replaceAll("round=\\d+(\\d{4})", "round=$1"));
    }

    List<String> lines() {
        return lines;
    }
}
