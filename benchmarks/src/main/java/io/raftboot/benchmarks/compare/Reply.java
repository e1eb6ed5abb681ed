package io.raftboot.benchmarks.compare;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Locale;

/** An answer over HTTP/1.1 as it comes in. No more is looked at than where it ends, its status and whether the connection stays. */
final class Reply {

    /** There is more to come. */
    static final int INCOMPLETE = 0;

    private static final String LAST_CHUNK = "0\r\n\r\n";

    private byte[] bytes = new byte[4096];
    private int length;

    /** Takes what there is. @return false if the connection has ended */
    boolean readFrom(ReadableByteChannel channel) throws IOException {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        int read = channel.read(ByteBuffer.wrap(bytes, length, bytes.length - length));
        length += Math.max(0, read);
        return read >= 0;
    }

    /** The status, or {@link #INCOMPLETE}. */
    int status() {
        int head = headLength();
        if (head < 0) {
            return INCOMPLETE;
        }
        String header = new String(bytes, 0, head, ISO_8859_1).toLowerCase(Locale.ROOT);
        return isWhole(header, head) ? Integer.parseInt(header.substring(9, 12)) : INCOMPLETE;
    }

    private boolean isWhole(String header, int head) {
        if (header.contains("\r\ntransfer-encoding: chunked")) {
            int end = length - LAST_CHUNK.length();
            return end >= head && new String(bytes, end, LAST_CHUNK.length(), ISO_8859_1).equals(LAST_CHUNK);
        }
        int field = header.indexOf("\r\ncontent-length:");
        if (field < 0) {
            return true;
        }
        int colon = header.indexOf(':', field);
        int body = Integer.parseInt(
                header.substring(colon + 1, header.indexOf('\r', colon)).trim());
        return length >= head + body;
    }

    /** Whether the server closes the connection behind it. */
    boolean isLast() {
        return new String(bytes, 0, Math.max(0, headLength()), ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .contains("\r\nconnection: close");
    }

    private int headLength() {
        for (int i = 3; i < length; i++) {
            if (bytes[i] == '\n' && bytes[i - 2] == '\n' && bytes[i - 1] == '\r' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    void clear() {
        length = 0;
    }
}
