package io.raftboot.sample;

/**
 * A key with its value; also the JSON a caller gets.
 *
 * @param key 1 to {@link Parameters#MAX_KEY_LENGTH} characters
 * @param value any text, possibly empty
 * @param revision the log index of the command that wrote it last: it only grows, and a key that was deleted and written again
 *     never gets an old one back
 */
record Entry(String key, String value, long revision) {

    /** The revision as text: what stands between the quotes of the entity tag (RFC 9110, section 8.8.3). */
    String tag() {
        return Long.toString(revision);
    }

    /** How much it counts for where answers are bounded, in characters. */
    int length() {
        return key.length() + value.length();
    }
}
