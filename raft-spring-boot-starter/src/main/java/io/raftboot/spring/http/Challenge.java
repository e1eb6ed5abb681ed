package io.raftboot.spring.http;

/**
 * What a caller has to know to be believed: no clock is asked, because the receiver itself names the session.
 *
 * @param session minted by the receiving process, so that nothing signed for an earlier one is taken
 * @param sequence the highest number the receiver has taken from this caller in the session; the next is higher
 */
record Challenge(String session, long sequence) {}
