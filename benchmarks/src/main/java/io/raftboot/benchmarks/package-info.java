/** Servers and loads to measure the product with. */
@NullMarked
package io.raftboot.benchmarks;

import org.jspecify.annotations.NullMarked;
