package io.raftboot.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method runs on the leader alone; on the other instances a call does nothing. Meant for {@code @Scheduled} methods:
 *
 * <pre>{@code
 * @Scheduled(fixedDelay = 60_000)
 * @LeaderOnly
 * void chargeCustomers() {
 *     payments.charge(leadership.token()); // refuses tokens smaller than one it has seen
 * }
 * }</pre>
 *
 * <p>Leadership is looked at before the method begins and when it has ended; if it was lost meanwhile there is a WARN. The method is
 * void, and neither private, static nor final, in a class that is not final: the application does not start otherwise, because
 * nothing could stand in front of it. As with every such annotation, a call from within the same object is not seen. With
 * {@code raft.enabled=false} there is no leader to wait for, and the annotation does nothing.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface LeaderOnly {}
