package io.raftboot.model;

/**
 * What a state machine did up to an index, in short: servers that have applied the same commands with the same results have the
 * same digest there.
 *
 * @param index the last entry it stands for
 * @param digest any number
 */
public record AppliedDigest(long index, long digest) {

    /** @throws IllegalArgumentException if the index is impossible */
    public AppliedDigest {
        if (index < 0 || index > Message.MAX_NUMBER) {
            throw new IllegalArgumentException("no index is " + index);
        }
    }
}
