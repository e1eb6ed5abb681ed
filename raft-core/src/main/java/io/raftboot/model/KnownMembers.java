package io.raftboot.model;

/**
 * The members as one server knows them.
 *
 * @param inForce whom it speaks with: the last configuration in its log, committed or not (§6)
 * @param inForceIndex where that stands in the log
 * @param committed the last configuration it knows to be committed
 * @param commitIndex an index as of which that is so
 */
public record KnownMembers(Configuration inForce, long inForceIndex, Configuration committed, long commitIndex) {

    /** Nobody is known. */
    public static final KnownMembers NOBODY = new KnownMembers(Configuration.empty(), 0, Configuration.empty(), 0);

    /** These servers, from the start on. */
    public static KnownMembers bootstrap(Configuration configuration) {
        return new KnownMembers(configuration, 0, configuration, 0);
    }

    /**
     * Whether a server was removed, and does not know it: this server's committed configuration is the newer one.
     *
     * @param knownIndex where the configuration stands that the other server goes by
     */
    public boolean hasRemoved(NodeId server, long knownIndex) {
        return committed.hasRemoved(server) && !inForce.contains(server) && knownIndex < commitIndex;
    }
}
