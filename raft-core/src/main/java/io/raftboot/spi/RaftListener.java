package io.raftboot.spi;

import io.raftboot.model.Configuration;
import io.raftboot.model.NodeId;

/**
 * Is told what becomes of a server and its cluster, see {@code RaftNode.addListener}. Called on the answer thread, in the order in
 * which things happened, and a little later than they did: who has to be sure that this server leads <em>now</em> asks {@code
 * RaftNode.leadership()}. It must not block, since everybody who waits for an answer waits for it. What it throws is logged and
 * changes nothing.
 */
public interface RaftListener {

    /**
     * A server leads, as far as this one knows; this one perhaps.
     *
     * @param leader which one
     * @param term in which term, in which there is no other
     */
    default void onLeaderElected(NodeId leader, long term) {}

    /**
     * This server was elected.
     *
     * @param term in which term: a number that no other leader has, and later ones exceed
     */
    default void onLeadershipGained(long term) {}

    /**
     * This server does not lead any more; a stop counts.
     *
     * @param term the term it was elected in
     */
    default void onLeadershipLost(long term) {}

    /**
     * Another configuration is committed, as far as this server knows; a joint one too.
     *
     * @param configuration the members and who of them votes
     */
    default void onMembersChanged(Configuration configuration) {}
}
