@NullMarked
package io.raftboot.memory;

import org.jspecify.annotations.NullMarked;
