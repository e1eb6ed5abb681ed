/**
 * A state machine in records instead of bytes: what its commands and questions look like as JSON, what has become of those that are
 * refused or cannot be read, and whether the types still fit what is in the log. Knows the core and nothing else of the starter.
 */
@NullMarked
package io.raftboot.spring.typed;

import org.jspecify.annotations.NullMarked;
