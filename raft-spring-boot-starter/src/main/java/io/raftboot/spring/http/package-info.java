/**
 * Servers talk over HTTP/JSON: {@link HttpTransport} calls, {@link PeerRpcServlet} answers, {@link Forwarder} passes commands
 * and reads on to the leader. {@code Route} lists every kind of call but the one for the bytes of a snapshot, {@code
 * SnapshotTarget}; what a call carries beside its body is in {@code CallHeaders}, who may call in {@code Doorkeeper}.
 */
@NullMarked
package io.raftboot.spring.http;

import org.jspecify.annotations.NullMarked;
