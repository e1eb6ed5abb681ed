package io.raftboot.spring.http;

/**
 * The numbers for calls to one peer. Until the peer has named its session, calls are signed for one that nobody has, which the
 * peer refuses and answers with its own; so no time has to agree between servers, and a restart on either side costs one
 * repeated call.
 */
final class CallSequence {

    private Challenge last = new Challenge(RandomTokens.next(), 0);

    /** What to sign the next call with. Any thread; never the same twice. */
    synchronized Challenge next() {
        last = new Challenge(last.session(), last.sequence() + 1);
        return last;
    }

    /** The peer has said what it expects. Calls that were under way meanwhile may all have been told; none sets it back. */
    synchronized void learn(Challenge challenge) {
        if (!challenge.session().equals(last.session()) || challenge.sequence() > last.sequence()) {
            last = challenge;
        }
    }
}
