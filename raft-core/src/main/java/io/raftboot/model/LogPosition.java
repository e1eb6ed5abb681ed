package io.raftboot.model;

/**
 * The name of a log entry: no two different entries ever share both numbers (Figure 3, Log Matching).
 *
 * @param index its place in the log
 * @param term the term of the leader that made it
 */
public record LogPosition(long index, long term) {}
