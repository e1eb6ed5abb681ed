package io.raftboot.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;

/** Bytes as a test's message shows them. */
final class Text {

    /** How many bytes are shown at most. */
    private static final int MAX_BYTES = 200;

    private Text() {}

    /** In quotes if it is text in UTF-8, otherwise in hexadecimal; the beginning if there are many. */
    static String of(byte[] bytes) {
        try {
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return '"'
                    + text.substring(0, Math.min(text.length(), MAX_BYTES))
                    + '"'
                    + (text.length() > MAX_BYTES ? "…" : "");
        } catch (CharacterCodingException noText) {
            String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, MAX_BYTES));
            return "0x" + hex + (bytes.length > MAX_BYTES ? "…" : "");
        }
    }
}
