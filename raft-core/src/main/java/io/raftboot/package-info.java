/**
 * A running server: the threads, the queues between them, and what an application asks of it. Threads live here and nowhere
 * else. Built on the consensus, the SPI and the model.
 */
@NullMarked
package io.raftboot;

import org.jspecify.annotations.NullMarked;
