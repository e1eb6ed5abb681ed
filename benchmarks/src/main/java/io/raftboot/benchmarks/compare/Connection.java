package io.raftboot.benchmarks.compare;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A connection that stays open, with one request under way at most. */
final class Connection {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final InetSocketAddress server;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Reply reply = new Reply();
    private ByteBuffer request = NOTHING;
    private long sentNanos;
    private boolean busy;

    /** Begins to connect; {@link #connected} tells when that is done. */
    Connection(InetSocketAddress server, Selector selector) throws IOException {
        this.server = server;
        this.channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        channel.connect(server);
    }

    InetSocketAddress server() {
        return server;
    }

    /** Whether it has just been connected. @throws IOException if nobody listens there */
    boolean connected() throws IOException {
        if (!key.isConnectable() || !channel.finishConnect()) {
            return false;
        }
        key.interestOps(SelectionKey.OP_READ);
        return true;
    }

    void send(ByteBuffer bytes) throws IOException {
        request = bytes;
        busy = true;
        sentNanos = System.nanoTime();
        reply.clear();
        flush();
    }

    private void flush() throws IOException {
        channel.write(request);
        key.interestOps(request.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /** Goes on with what the socket is ready for. @return the status of the answer, or {@link Reply#INCOMPLETE} */
    int proceed() throws IOException {
        if (key.isWritable()) {
            flush();
        }
        if (key.isReadable() && !reply.readFrom(channel)) {
            throw new IOException("closed by the server");
        }
        int status = busy ? reply.status() : Reply.INCOMPLETE;
        busy = busy && status == Reply.INCOMPLETE;
        return status;
    }

    boolean isLast() {
        return reply.isLast();
    }

    /** Whether a request is under way. */
    boolean isBusy() {
        return busy;
    }

    long sentNanos() {
        return sentNanos;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    void close() throws IOException {
        busy = false;
        key.cancel();
        channel.close();
    }
}
