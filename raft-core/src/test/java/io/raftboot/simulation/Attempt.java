package io.raftboot.simulation;

import io.raftboot.model.Consistency;
import io.raftboot.model.NodeId;
import io.raftboot.testkit.Operation;
import java.util.Optional;

/** One call of a client to one server. At most one of the three answers is given; none may ever come. */
interface Attempt {

    Operation operation();

    /** How fresh it must be, if it is a read; not local, which is no operation of a history. */
    Consistency consistency();

    /** It is done. */
    void answered(long result);

    /**
     * It is certainly not done by this call.
     *
     * @param leaderId whom to try instead
     */
    void refused(Optional<NodeId> leaderId);

    /** It may be done, now or later. */
    void unknown();
}
