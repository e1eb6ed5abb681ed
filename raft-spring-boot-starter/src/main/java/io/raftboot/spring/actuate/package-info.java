/** What Spring Boot Actuator and Micrometer show of a server. */
@NullMarked
package io.raftboot.spring.actuate;

import org.jspecify.annotations.NullMarked;
