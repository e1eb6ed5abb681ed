@NullMarked
package io.raftboot;

import org.jspecify.annotations.NullMarked;
