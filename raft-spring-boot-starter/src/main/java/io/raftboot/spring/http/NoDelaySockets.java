package io.raftboot.spring.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Sockets that send at once. OkHttp leaves Nagle's algorithm on, which together with delayed acknowledgements makes a batch of
 * entries take 44 ms instead of 0.1 (ARCHITECTURE.md, "Peer RPC").
 */
final class NoDelaySockets extends SocketFactory {

    private final SocketFactory plain = SocketFactory.getDefault();

    @Override
    public Socket createSocket() throws IOException {
        return immediate(plain.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return immediate(plain.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return immediate(plain.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return immediate(plain.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return immediate(plain.createSocket(host, port, localHost, localPort));
    }

    private static Socket immediate(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return socket;
    }
}
