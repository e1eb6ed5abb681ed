package io.raftboot.spring.admin;

import java.io.IOException;
import java.util.Set;

/** {@code GET /status}: this server's own view. */
record StatusEndpoint(AdminServer server) implements Endpoint {

    @Override
    public Set<String> methods() {
        return Set.of("GET", "HEAD");
    }

    @Override
    public void serve(AdminExchange exchange) throws IOException {
        exchange.answer(StatusJson.of(server.status()));
    }
}
