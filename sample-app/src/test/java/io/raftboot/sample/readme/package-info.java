/** The Java code of the README, compiled and run; {@code ReadmeTest} compares the two. */
@NullMarked
package io.raftboot.sample.readme;

import org.jspecify.annotations.NullMarked;
