package io.raftboot.spring.h2;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.SFChunk;

/**
 * The first block of H2's file: a line of text with a checksum. It names a commit, but is written only now and then.
 *
 * @param fields by name, numbers in hexadecimal
 */
record StoreHeader(Map<String, String> fields) {

    private static final String CHECKSUM = "fletcher";

    StoreHeader {
        fields = Map.copyOf(fields);
    }

    /** What a block says; empty if it is no intact header. */
    static Optional<StoreHeader> read(byte[] block) {
        String text = new String(block, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("," + CHECKSUM + ":");
        int newline = text.indexOf('\n');
        if (end < 0 || newline < end) {
            return Optional.empty();
        }
        try {
            Map<String, String> fields = new TreeMap<>(DataUtils.parseMap(text.substring(0, newline)));
            String checksum = Integer.toHexString(DataUtils.getFletcher32(block, 0, end));
            return checksum.equals(fields.remove(CHECKSUM)) ? Optional.of(new StoreHeader(fields)) : Optional.empty();
        } catch (MVStoreException damaged) {
            return Optional.empty();
        }
    }

    /** The same with another value. */
    StoreHeader with(String field, long value) {
        Map<String, String> changed = new TreeMap<>(fields);
        changed.put(field, Long.toHexString(value));
        return new StoreHeader(changed);
    }

    /** The same with the name of another commit. */
    StoreHeader naming(SFChunk commit) {
        return with("block", commit.block).with("chunk", commit.id).with("version", commit.version);
    }

    /** The beginning of a block. */
    byte[] bytes() {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(fields).forEach((name, value) -> DataUtils.appendMap(text, name, value));
        byte[] unsealed = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        DataUtils.appendMap(text, CHECKSUM, DataUtils.getFletcher32(unsealed, 0, unsealed.length));
        return text.append('\n').toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
