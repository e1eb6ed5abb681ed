/** How the parts are put together in a Spring Boot application: properties, their checks, and the beans. */
@NullMarked
package io.raftboot.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
