package io.raftboot.spring.http;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names that nobody guesses and that never come twice. */
final class RandomTokens {

    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomTokens() {}

    /** 128 random bits as 32 hexadecimal digits. */
    static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }
}
