/** The product beside other systems: starts three processes, puts load on them, and says what came of it. Needs nothing but Java. */
@NullMarked
package io.raftboot.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
