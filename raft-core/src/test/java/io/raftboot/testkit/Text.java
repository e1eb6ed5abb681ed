package io.raftboot.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;

/** Bytes as a test's message shows them. */
final class Text {

    /** How long a brief text is at most, in characters. */
    private static final int BRIEF = 200;

    private Text() {}

    /** In quotes if it is text in UTF-8, otherwise in hexadecimal: alike for equal bytes only. */
    static String of(byte[] bytes) {
        try {
            return '"' + UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString() + '"';
        } catch (CharacterCodingException noText) {
            return "0x" + HexFormat.of().formatHex(bytes);
        }
    }

    /** The same, or only the beginning of it if it is long. */
    static String brief(byte[] bytes) {
        String text = of(bytes);
        return text.length() <= BRIEF ? text : text.substring(0, BRIEF) + "…";
    }
}
