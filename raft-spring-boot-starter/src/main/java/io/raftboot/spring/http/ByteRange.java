package io.raftboot.spring.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a snapshot (RFC 9110 §14).
 *
 * @param first the first byte, counted from 0
 * @param last the last one
 */
record ByteRange(long first, long last) {

    private static final Pattern ONE_RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{0,18})");

    /** @throws IllegalArgumentException if it is not at least one byte */
    ByteRange {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("no bytes are from " + first + " to " + last);
        }
    }

    /** Everything. */
    static ByteRange whole(long size) {
        return new ByteRange(0, size - 1);
    }

    /**
     * What a Range header asks for, as far as it is there.
     *
     * @return empty if the header asks for anything but one range with a beginning, and is to be ignored
     * @throws Refused 416 if nothing of it is there
     */
    static Optional<ByteRange> parse(String header, long size) {
        Matcher range = ONE_RANGE.matcher(header);
        if (!range.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(range.group(2));
        if (last < first) {
            return Optional.empty();
        }
        if (first >= size) {
            throw new Refused(416, "range not satisfiable", "the snapshot has " + size + " bytes");
        }
        return Optional.of(new ByteRange(first, Math.min(last, size - 1)));
    }

    long length() {
        return last - first + 1;
    }

    /** As a Range header. */
    String asRequest() {
        return "bytes=" + first + "-" + last;
    }

    /** As a Content-Range header. */
    String asAnswer(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }
}
