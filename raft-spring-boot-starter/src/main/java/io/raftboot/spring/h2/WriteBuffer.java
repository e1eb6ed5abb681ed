package io.raftboot.spring.h2;

import java.nio.ByteBuffer;

/**
 * Memory outside the heap for what is to be written to a file. Of what is written from the heap Java makes such a copy itself, and keeps
 * one for each thread that has ever written, as large as its largest; and many a thread writes to the log. For one thread at a time.
 */
final class WriteBuffer {

    /** The most it holds, in bytes: a commit behind a full journal several times. */
    static final int MAX_BYTES = 4 << 20;

    private ByteBuffer copy = ByteBuffer.allocateDirect(0);

    /** Takes as much as it holds. @return what was taken, until the next call */
    ByteBuffer take(ByteBuffer bytes) {
        int length = Math.min(bytes.remaining(), MAX_BYTES);
        if (length > copy.capacity()) {
            copy = ByteBuffer.allocateDirect(Math.min(MAX_BYTES, Math.max(length, 2 * copy.capacity())));
        }
        copy.clear().put(bytes.slice(bytes.position(), length)).flip();
        bytes.position(bytes.position() + length);
        return copy;
    }
}
