package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;

/** Secrets with which people sign in; only their hashes are kept. */
public interface ApiTokens {
  /** Adds one. */
  void insert(Row token);

  /** All of them. */
  List<Row> all();

  /**
   * An API token.
   *
   * @param id 12 hex digits, not secret
   * @param owner who it stands for
   * @param role what it may do, in lower case
   * @param secretHash SHA-256 of the secret, 64 hex digits
   * @param createdAt when
   */
  record Row(String id, String owner, String role, String secretHash, Instant createdAt) {}
}
