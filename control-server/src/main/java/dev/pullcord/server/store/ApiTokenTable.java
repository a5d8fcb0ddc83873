package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Secrets with which people sign in; only their hashes are kept. */
public interface ApiTokenTable {
  /** Adds one. */
  void insert(StoredToken token);

  /** All of them, those that expired too. */
  List<StoredToken> all();

  /** Removes one. */
  void remove(String id);

  /**
   * An API token.
   *
   * @param id 12 hex digits, not secret
   * @param owner who it stands for
   * @param role what it may do, in lower case
   * @param secretHash SHA-256 of the secret, 64 hex digits
   * @param createdAt when
   * @param createdBy who made it; null where that was not kept yet
   * @param expiresAt when it stops to work; null for never
   */
  record StoredToken(
      String id,
      String owner,
      String role,
      String secretHash,
      Instant createdAt,
      @Nullable String createdBy,
      @Nullable Instant expiresAt) {
    /** Whether it still works then. */
    public boolean worksAt(Instant now) {
      return expiresAt == null || now.isBefore(expiresAt);
    }
  }
}
