package io.raftboot.spring.http;

import io.raftboot.model.RequestId;
import java.util.Optional;

/** A forwarded command, as it travels; {@code command} is base64. */
record SubmitCall(byte[] command, Optional<RequestId> requestId) {}
