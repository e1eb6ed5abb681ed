/**
 * The values everything else speaks of: identities, log entries, messages, configurations, outcomes. Immutable, and valid once
 * built. Depends on nothing but the JDK.
 */
@NullMarked
package io.raftboot.model;

import org.jspecify.annotations.NullMarked;
