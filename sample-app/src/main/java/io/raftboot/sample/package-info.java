/** A replicated configuration store: what an application built on the starter looks like. */
@NullMarked
package io.raftboot.sample;

import org.jspecify.annotations.NullMarked;
