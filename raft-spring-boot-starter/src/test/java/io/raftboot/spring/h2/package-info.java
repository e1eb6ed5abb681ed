/** Tests of the disk. */
@NullMarked
package io.raftboot.spring.h2;

import org.jspecify.annotations.NullMarked;
