package io.raftboot.spring;

/**
 * What an operator is answered.
 *
 * @param status the HTTP status code
 * @param body JSON; a problem (RFC 9457) if the status is not 200
 */
public record AdminAnswer(int status, String body) {}
