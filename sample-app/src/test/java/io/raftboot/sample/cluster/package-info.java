/** Tests with real processes: the executable jar, started, killed and restarted. */
@NullMarked
package io.raftboot.sample.cluster;

import org.jspecify.annotations.NullMarked;
