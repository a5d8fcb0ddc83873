package dev.pullcord.server.store;

import java.time.Instant;

/**
 * That a node is under maintenance: it is in no count, and nothing waits for it.
 *
 * @param owner who suspended it
 * @param reason why
 * @param createdAt when
 * @param expiresAt when it ends by itself
 */
public record Suspension(String owner, String reason, Instant createdAt, Instant expiresAt) {}
