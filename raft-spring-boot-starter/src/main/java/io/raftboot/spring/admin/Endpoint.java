package io.raftboot.spring.admin;

import java.io.IOException;
import java.util.Set;

/** What there is below one path. */
interface Endpoint {

    /** The HTTP methods it has. */
    Set<String> methods();

    /**
     * Answers a call whose token and method are right.
     *
     * @throws Rejected if it is to be answered with a problem; nothing of the answer is written then
     * @throws io.raftboot.model.RaftException.Stopped if the server does not run, likewise
     */
    void serve(AdminExchange exchange) throws IOException;
}
