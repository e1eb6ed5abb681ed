/** Raft in a Spring Boot application: what the application uses directly. */
@NullMarked
package io.raftboot.spring;

import org.jspecify.annotations.NullMarked;
