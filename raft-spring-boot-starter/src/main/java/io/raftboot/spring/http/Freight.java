package io.raftboot.spring.http;

import io.raftboot.model.Consistency;

/** What may travel to the leader in one call: things that take about as long there, because they are answered together. */
enum Freight {
    /** They wait for a write of the disk, and end together if they come together. */
    COMMANDS(Route.SUBMIT),
    /** They wait for a majority to answer, and share that as well. */
    READS(Route.READ),
    /** They wait for nothing as long as the lease lasts, and must not wait for what does. */
    LEASE_READS(Route.READ);

    private final Route alone;

    Freight(Route alone) {
        this.alone = alone;
    }

    static Freight of(Consistency consistency) {
        return consistency == Consistency.LEASE ? LEASE_READS : READS;
    }

    /** The route that one takes which travels alone. */
    Route alone() {
        return alone;
    }

    boolean isRead() {
        return this != COMMANDS;
    }
}
