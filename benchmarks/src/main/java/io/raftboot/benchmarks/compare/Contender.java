package io.raftboot.benchmarks.compare;

import java.util.List;

/** A system that can be measured. */
interface Contender {

    String name();

    /** Does a work once, with servers that are started for it. @return what came of it, nothing if it does not do such work */
    List<Row> measure(Work work) throws Exception;
}
