package io.raftboot.model;

/**
 * Who a server is, beyond its name. It travels on every call, so that a wiped disk, a copy or a wrong wire between two clusters
 * is noticed.
 *
 * @param clusterId fixed when the cluster is bootstrapped; empty as long as this server waits to be added to one
 * @param clusterName what the operator calls the cluster
 * @param nodeId this server's name
 * @param incarnation minted when the server's data directory was first made: another one under the same name is another server
 */
public record Identity(String clusterId, String clusterName, NodeId nodeId, String incarnation) {

    /** The same server as a member of a cluster. @throws IllegalStateException if it is one of a cluster already */
    public Identity joining(String joinedClusterId) {
        if (!clusterId.isEmpty()) {
            throw new IllegalStateException(this + " cannot join " + joinedClusterId);
        }
        return new Identity(joinedClusterId, clusterName, nodeId, incarnation);
    }
}
