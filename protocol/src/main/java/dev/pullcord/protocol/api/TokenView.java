package dev.pullcord.protocol.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token of a person or a script, without its secret: {@code GET /api/v1/tokens}.
 *
 * @param name whom it stands for: what the audit log and pins say of its holder
 * @param role {@code viewer}, {@code operator} or {@code admin}
 * @param createdBy who made it; null for one of before that was kept
 * @param createdAt when
 * @param expiresAt when it stops working; null for never
 */
public record TokenView(
    String name,
    @OneOf({"wall", "viewer", "operator", "admin"}) String role,
    @Nullable String createdBy,
    Instant createdAt,
    @Nullable Instant expiresAt) {

  /**
   * All tokens, those that expired included.
   *
   * @param tokens in order of name
   */
  public record All(List<TokenView> tokens) {}

  /**
   * {@code POST /api/v1/tokens}.
   *
   * @param name 1 to 64 of {@code a-z A-Z 0-9 . _ @ -}; no other token has it
   * @param role {@code viewer}, {@code operator} or {@code admin}
   * @param ttl {@code 90d}; 1m to 3650d; never expires when left out
   */
  public record Request(
      String name,
      @OneOf({"wall", "viewer", "operator", "admin"}) String role,
      @Nullable String ttl) {}

  /**
   * The answer to it: the only time that the secret is shown.
   *
   * @param name whom it stands for
   * @param role what it may do: {@code viewer}, {@code operator} or {@code admin}
   * @param token {@code pct_…}
   * @param expiresAt when it stops working; null for never
   */
  public record Made(
      String name,
      @OneOf({"wall", "viewer", "operator", "admin"}) String role,
      String token,
      @Nullable Instant expiresAt) {}
}
