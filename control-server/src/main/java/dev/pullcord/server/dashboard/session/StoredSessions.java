package dev.pullcord.server.dashboard.session;

import dev.pullcord.server.security.Principal;
import dev.pullcord.server.security.token.ApiTokens;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.SessionTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions in the store. A store that cannot be written costs no more than the next restart would:
 * people still get in, to see what is wrong.
 */
public final class StoredSessions implements SessionKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(StoredSessions.class);
  private final Store store;
  private final ApiTokens tokens;

  /** Those of that store, begun with these tokens. */
  public StoredSessions(Store store, ApiTokens tokens) {
    this.store = store;
    this.tokens = tokens;
  }

  @Override
  public void put(SessionTable.StoredSession session) {
    write(session.idHash(), table -> table.put(session));
  }

  @Override
  public void remove(String idHash) {
    write(idHash, table -> table.remove(idHash));
  }

  private void write(String idHash, Consumer<SessionTable> change) {
    try {
      store.write(tables -> {
        change.accept(tables.sessions());
        return idHash;
      });
    } catch (StoreException e) {
      LOG.warn("a browser's session is not kept over a restart: {}", e.getMessage());
    }
  }

  @Override
  public Map<SessionTable.StoredSession, Principal> kept() {
    Map<SessionTable.StoredSession, Principal> kept = new LinkedHashMap<>();
    for (SessionTable.StoredSession row : store.read(tables -> tables.sessions().all())) {
      owner(row.tokenId())
          .ifPresentOrElse(
              who -> kept.put(row, row.address().isEmpty() ? who : who.from(source(row))),
              () -> remove(row.idHash()));
    }
    return kept;
  }

  private static AuditTable.Source source(SessionTable.StoredSession row) {
    return new AuditTable.Source(AuditTable.Way.DASHBOARD, row.address());
  }

  @Override
  public Optional<Principal> owner(String tokenId) {
    return tokens.owner(tokenId);
  }
}
