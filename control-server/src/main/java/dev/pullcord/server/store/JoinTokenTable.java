package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Secrets with which nodes may join; only their hashes are kept. */
public interface JoinTokenTable {
  /** Adds one. */
  void insert(StoredInvitation token);

  /** One of them. */
  Optional<StoredInvitation> find(String id);

  /** So many of them, those that last longest first. */
  List<StoredInvitation> longest(int limit);

  /** How many could let a node in at that time. */
  int open(Instant now);

  /** How many nodes have joined with each, by id; those with none are left out. */
  Map<String, Integer> joined();

  /** Takes one away. */
  void remove(String id);

  /** Takes one use away. */
  void use(String id);

  /** Removes those that expired before. */
  void removeExpired(Instant before);

  /**
   * A join token.
   *
   * @param id 16 hex digits, not secret
   * @param secretHash SHA-256 of the secret's bytes, 64 hex digits
   * @param createdBy who invited
   * @param expiresAt when it stops to work
   * @param usesLeft how many nodes may still join with it
   * @param namePattern a glob for the node's name; null for any
   * @param labels given to the node
   * @param refs the branches it may follow, the first is the default
   */
  record StoredInvitation(
      String id,
      String secretHash,
      String createdBy,
      Instant expiresAt,
      int usesLeft,
      @Nullable String namePattern,
      Map<String, String> labels,
      List<String> refs) {
    /** Copies. */
    public StoredInvitation {
      labels = Map.copyOf(labels);
      refs = List.copyOf(refs);
    }
  }
}
