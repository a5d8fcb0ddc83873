package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.SessionTable;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Browsers' sessions, as rows. */
final class SqlSessions implements SessionTable {
  private final Handle handle;

  SqlSessions(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void put(StoredSession session) {
    handle.execute(
        "insert into browser_sessions (id_hash, token_id, address, until, used_at)"
            + " values (?, ?, ?, ?, ?)"
            + " on conflict (id_hash) do update set used_at = excluded.used_at",
        session.idHash(),
        session.tokenId(),
        session.address(),
        session.until().toEpochMilli(),
        session.usedAt().toEpochMilli());
  }

  @Override
  public List<StoredSession> all() {
    return handle
        .select("select * from browser_sessions order by until, id_hash")
        .map((row, _) ->
            new StoredSession(
                Columns.text(row, "id_hash"),
                Columns.text(row, "token_id"),
                Columns.text(row, "address"),
                Columns.instant(row, "until"),
                Columns.instant(row, "used_at")))
        .list();
  }

  @Override
  public void remove(String idHash) {
    handle.execute("delete from browser_sessions where id_hash = ?", idHash);
  }
}
