/**
 * A whole cluster in one thread, from one seed: servers, disks, network, clients and faults on one virtual clock. Every property
 * of Figure 3 is checked after every event; then the faults end and progress is demanded. The same seed gives the same run, byte
 * for byte, because nothing here looks at anything but {@link java.util.Random}, whose algorithm is specified.
 */
@NullMarked
package io.raftboot.simulation;

import org.jspecify.annotations.NullMarked;
