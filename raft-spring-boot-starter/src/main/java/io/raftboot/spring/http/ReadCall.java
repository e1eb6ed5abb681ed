package io.raftboot.spring.http;

import io.raftboot.model.Consistency;

/** A forwarded query, as it travels; {@code query} is base64. */
record ReadCall(byte[] query, Consistency consistency) {}
