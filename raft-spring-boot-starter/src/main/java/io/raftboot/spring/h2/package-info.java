/**
 * The server's disk: term, vote and log in H2's storage engine, and the files beside it that notice when the database was
 * exchanged, emptied or rolled back. Every rule here comes from measurements of what H2 does and does not promise.
 */
@NullMarked
package io.raftboot.spring.h2;

import org.jspecify.annotations.NullMarked;
