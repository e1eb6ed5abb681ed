package io.raftboot.model;

import java.net.URI;

/**
 * A server of the cluster and where it is reached. The address may change, the id never does.
 *
 * @param id its name
 * @param url its base URL; the transport knows what to append
 */
public record Member(NodeId id, URI url) {

    @Override
    public String toString() {
        return id + "=" + url;
    }
}
