package io.raftboot;

import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * A running digest over everything applied: two servers whose state machines did the same have the same digest at the same
 * index. It finds state machines that are not deterministic; it is no protection against an attacker.
 */
final class ApplyDigest {

    private long value;

    /** Takes in an entry that changes no state. */
    void update(long index) {
        value = mix(value ^ mix(index));
    }

    /** Takes in a command and what it gave. */
    void update(long index, byte[] command, byte[] result) {
        update(index);
        value = mix(value ^ (checksum(command) << 32 | checksum(result)));
    }

    /** The digest as a number, to go on with {@link #restart} elsewhere. */
    long value() {
        return value;
    }

    /** Goes on where another one was. */
    void restart(long otherValue) {
        value = otherValue;
    }

    private static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    /** The finalizer of SplitMix64: every bit of the input moves every bit of the output. */
    private static long mix(long bits) {
        long mixed = bits + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** The digest as 16 hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }
}
