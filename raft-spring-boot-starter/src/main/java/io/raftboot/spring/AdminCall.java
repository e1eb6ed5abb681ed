package io.raftboot.spring;

/**
 * What an operator asks of the leader, as it travels from the server that was asked.
 *
 * @param method the HTTP method
 * @param path below the admin path, such as {@code /members/n4}
 * @param dryRun whether only to tell what it would lead to
 * @param force whether to do it also if the cluster may then have to wait for servers that are out of reach
 * @param body JSON, empty for none
 */
public record AdminCall(String method, String path, boolean dryRun, boolean force, String body) {

    /** The longest body, in characters. */
    public static final int MAX_BODY_LENGTH = 64 * 1024;

    /** Whether it changes nothing. */
    public boolean isRead() {
        return dryRun || method.equals("GET");
    }
}
