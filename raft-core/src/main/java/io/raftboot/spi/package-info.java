/**
 * What a server needs from outside: its state machine, its disk, its network, its clock. Depends on the model only.
 */
@NullMarked
package io.raftboot.spi;

import org.jspecify.annotations.NullMarked;
