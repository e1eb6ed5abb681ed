package io.raftboot.spring.http;

import io.raftboot.spi.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * Looks whether anything listens at a peer's address. When a process ends, its port refuses connections at once; one that is merely
 * slow, paused or cut off does not, and then nothing is said.
 */
record Probe(Peer peer, Duration timeout, Transport.Receiver receiver) implements Lane.Task {

    @Override
    public void run() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(peer.host(), peer.port()), (int) timeout.toMillis());
        } catch (ConnectException refused) {
            receiver.onGone(peer.id());
        } catch (IOException undecided) {
            dropped();
        }
    }

    @Override
    public void dropped() {
        // Nothing is known, and the election timeout runs on.
    }
}
