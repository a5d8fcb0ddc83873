package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * That a node is under maintenance: it runs on as it is told, and nobody counts it or waits for it.
 *
 * @param owner who suspended it
 * @param reason why
 * @param createdAt when
 * @param expiresAt when it ends by itself
 */
public record SuspensionView(String owner, String reason, Instant createdAt, Instant expiresAt) {
  /**
   * {@code PUT /api/v1/nodes/{name}/suspension}.
   *
   * @param duration {@code 2d}; 10s to 365d
   * @param reason 1 to 500 characters
   */
  public record Request(@JsonProperty("for") String duration, String reason) {}
}
