/** What an operator asks of a server over HTTP. */
@NullMarked
package io.raftboot.spring.admin;

import org.jspecify.annotations.NullMarked;
