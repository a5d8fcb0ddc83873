package dev.pullcord.protocol.report;

import java.time.Instant;

/**
 * A pin as it is shown.
 *
 * @param ref branch, tag or commit
 * @param owner who pinned
 * @param reason why
 * @param expiresAt when it ends by itself
 */
public record PinStatus(String ref, String owner, String reason, Instant expiresAt) {}
