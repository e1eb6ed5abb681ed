package io.raftboot.spring;

/** Carries out what operators ask of the leader, on this server alone. */
@FunctionalInterface
public interface Administration {

    /** The answer, a problem included; waits for it. Any thread but the raft thread. */
    AdminAnswer carryOut(AdminCall call);
}
