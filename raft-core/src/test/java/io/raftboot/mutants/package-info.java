/**
 * Bugs that real Raft systems had, put into this one: each must be found by the simulation within 1,000 seeds. How many it took
 * stands in a table that {@code -Dmutants.rewrite=true} makes.
 */
@NullMarked
package io.raftboot.mutants;

import org.jspecify.annotations.NullMarked;
