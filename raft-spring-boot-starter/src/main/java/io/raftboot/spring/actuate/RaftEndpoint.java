package io.raftboot.spring.actuate;

import io.raftboot.model.RaftStatus;
import io.raftboot.spring.admin.StatusJson;
import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code /actuator/raft}: the status, to be read only. */
@Endpoint(id = "raft", defaultAccess = Access.READ_ONLY)
public final class RaftEndpoint {

    private final Supplier<RaftStatus> status;

    /** @param status the server's status */
    public RaftEndpoint(Supplier<RaftStatus> status) {
        this.status = status;
    }

    /** This server's own view, in the form of the admin endpoint. */
    @ReadOperation
    public StatusJson status() {
        return StatusJson.of(status.get());
    }
}
