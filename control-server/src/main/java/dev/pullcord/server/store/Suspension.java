package dev.pullcord.server.store;

import java.time.Instant;

/**
 * Keeps a node under maintenance out of every count, and out of what is waited for.
 *
 * @param owner who suspended it
 * @param reason why
 * @param createdAt when
 * @param expiresAt when it ends by itself
 */
public record Suspension(String owner, String reason, Instant createdAt, Instant expiresAt) {}
