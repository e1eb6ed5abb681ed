package io.raftboot.sample;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.util.unit.DataSize;

/** Reads the value out of a request: its body as it is, whatever the content type says. */
final class ValueReader {

    private final int maxBytes;

    /** @param maxSize the largest value; no more than that is ever held in memory */
    ValueReader(DataSize maxSize) {
        this.maxBytes = (int) Math.min(maxSize.toBytes(), Integer.MAX_VALUE - 16);
    }

    /**
     * The body as text.
     *
     * @throws Refusal with 413 if it is too large, with 400 if it is no UTF-8 or breaks off
     */
    String read(HttpServletRequest request) {
        if (request.getContentLengthLong() > maxBytes) {
            throw tooLarge();
        }
        byte[] body = bytes(request);
        if (body.length > maxBytes) {
            throw tooLarge();
        }
        try {
            // A decoder that is asked for it refuses malformed input; the constructors of String would replace it.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException malformed) {
            throw Refusal.of(HttpStatus.BAD_REQUEST, "the value is not UTF-8");
        }
    }

    private byte[] bytes(HttpServletRequest request) {
        try {
            return request.getInputStream().readNBytes(maxBytes + 1);
        } catch (IOException brokenOff) {
            throw Refusal.of(HttpStatus.BAD_REQUEST, "the value could not be read to its end");
        }
    }

    private Refusal tooLarge() {
        return Refusal.of(HttpStatus.CONTENT_TOO_LARGE, "a value has at most " + maxBytes + " bytes");
    }
}
