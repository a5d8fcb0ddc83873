package dev.pullcord.server.store;

import java.time.Instant;
import java.util.List;

/** Who is signed in with a browser, so that a restart of the server signs nobody out. */
public interface SessionTable {
  /** Keeps a session, or when it was used last. */
  void put(StoredSession session);

  /** All of them, those that have ended by time too. */
  List<StoredSession> all();

  /** Removes one. */
  void remove(String idHash);

  /**
   * A session.
   *
   * @param idHash SHA-256 of its secret, 64 hex digits
   * @param tokenId of the token that began it
   * @param address where it was signed in; empty where that is not known
   * @param until when it ends however it is used
   * @param usedAt when it was used last, to a few minutes
   */
  record StoredSession(
      String idHash, String tokenId, String address, Instant until, Instant usedAt) {}
}
