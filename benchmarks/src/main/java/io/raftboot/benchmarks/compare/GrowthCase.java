package io.raftboot.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing has grown to a size; the others are as they are elsewhere.
 *
 * @param thing what has grown
 * @param size how many there are of it
 */
record GrowthCase(Thing thing, int size) {

    /** How many there are of anything. */
    int count(Thing any) {
        return any == thing ? size : any.elsewhere();
    }

    /** Of the servers: no snapshot comes by itself where the entries since the last one are counted. */
    List<String> settings() {
        List<String> settings = new ArrayList<>();
        settings.add("--raft.snapshot.trailing-entries=0");
        settings.add("--raft.sessions.max=" + count(Thing.REQUEST_IDS));
        if (thing == Thing.ENTRIES) {
            settings.addAll(List.of("--raft.snapshot.entries=100000000", "--raft.snapshot.log-size=64GB"));
        }
        return settings;
    }

    @Override
    public String toString() {
        return thing.word() + ' ' + size;
    }
}
