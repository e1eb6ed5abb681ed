package io.raftboot.model;

/**
 * A server cannot start: its log begins behind a snapshot that is missing or damaged. Its term, its vote and the rest of its log
 * are whole, and nothing was deleted; a snapshot of another server that reaches as far brings it back. The message says what was
 * looked for and where.
 */
public final class LostState extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long firstIndex;
    private final long lastIndex;

    /**
     * @param problem what was looked for, where, and what was found instead
     * @param firstIndex the least index up to which a snapshot has to reach, the log's base
     * @param lastIndex the greatest, the log's last entry
     */
    public LostState(String problem, long firstIndex, long lastIndex) {
        super(problem);
        this.firstIndex = firstIndex;
        this.lastIndex = lastIndex;
    }

    /** The least index up to which a snapshot has to reach. */
    public long firstIndex() {
        return firstIndex;
    }

    /** The greatest index up to which a snapshot may reach; a later one does not fit to the log. */
    public long lastIndex() {
        return lastIndex;
    }
}
