package dev.pullcord.server.dashboard.session;

import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.SessionTable;
import java.util.Map;
import java.util.Optional;

/** Where sessions are kept over a restart of the server. */
public interface SessionKeeper {
  /** Keeps nothing: a restart signs everybody out. */
  SessionKeeper NONE =
      new SessionKeeper() {
        @Override
        public void put(SessionTable.StoredSession session) {}

        @Override
        public void remove(String idHash) {}

        @Override
        public Map<SessionTable.StoredSession, Principal> kept() {
          return Map.of();
        }

        @Override
        public Optional<Principal> owner(String tokenId) {
          return Optional.empty();
        }
      };

  /** Keeps one, or when it was used last. */
  void put(SessionTable.StoredSession session);

  /** Keeps it no longer. */
  void remove(String idHash);

  /** What was kept, with whose it is: those whose token works. */
  Map<SessionTable.StoredSession, Principal> kept();

  /** Whose token it is, while it works. */
  Optional<Principal> owner(String tokenId);
}
