/**
 * Storage and network in memory, for tests and first steps. Nothing here survives the process. Depends on the SPI and the model.
 */
@NullMarked
package io.raftboot.memory;

import org.jspecify.annotations.NullMarked;
