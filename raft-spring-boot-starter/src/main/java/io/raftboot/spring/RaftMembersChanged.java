package io.raftboot.spring;

import io.raftboot.model.Configuration;

/**
 * Application event: another configuration is committed, as far as this server knows; a joint one too.
 *
 * @param configuration the members and who of them votes
 */
public record RaftMembersChanged(Configuration configuration) {}
