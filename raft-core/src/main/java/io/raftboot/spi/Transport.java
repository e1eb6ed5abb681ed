package io.raftboot.spi;

import io.raftboot.model.Configuration;
import io.raftboot.model.Identity;
import io.raftboot.model.Message;
import io.raftboot.model.NodeId;

/**
 * The network between servers. It may lose, delay, repeat and reorder messages; it must not make them up. The methods are called
 * by the raft thread and never block.
 */
public interface Transport {

    /**
     * Begins to deliver.
     *
     * @param self who speaks
     * @param receiver where messages for this server go, on any thread
     */
    void start(Identity self, Receiver receiver);

    /** Tells whom this server may speak with from now on, and where they are. */
    void connect(Configuration configuration);

    /**
     * Sends a message, or drops it. A message to a server that is not in the configuration is dropped; a reply still reaches
     * the server that asked.
     */
    void send(Message message);

    /** Ends delivery; {@link #start} may be called again. */
    void stop();

    /** The server's ear. */
    interface Receiver {

        /** Takes a message. @return false if the server is stopped or too much is waiting, so that the message is lost */
        boolean onMessage(Message message);

        /** A request to this server got no answer. */
        void onUnreachable(NodeId peer);
    }
}
