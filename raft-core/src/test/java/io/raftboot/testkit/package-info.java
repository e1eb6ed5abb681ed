/**
 * What an application tests its own state machine, disk or network with. It is shipped as the test-jar of raft-core, and needs
 * JUnit Jupiter and AssertJ beside it.
 */
@NullMarked
package io.raftboot.testkit;

import org.jspecify.annotations.NullMarked;
