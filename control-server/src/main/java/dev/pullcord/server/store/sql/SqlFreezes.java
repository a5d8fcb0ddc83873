package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.server.store.FreezeTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Freezes, as rows. */
final class SqlFreezes implements FreezeTable {
  private final Handle handle;

  SqlFreezes(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void put(StoredFreeze freeze) {
    remove(freeze.ref(), freeze.selector());
    handle.execute(
        "insert into freezes (ref, selector, owner, reason, created_at, expires_at, outside)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        freeze.ref(),
        freeze.selector(),
        freeze.owner(),
        freeze.reason(),
        freeze.createdAt().toEpochMilli(),
        freeze.expiresAt().toEpochMilli(),
        freeze.outside() == null ? null : PullcordJson.write(freeze.outside()));
  }

  @Override
  public void remove(String ref, String selector) {
    handle.execute("delete from freezes where ref = ? and selector = ?", ref, selector);
  }

  @Override
  public List<StoredFreeze> all() {
    return handle
        .select("select * from freezes order by ref, selector")
        .map(SqlFreezes::row)
        .list();
  }

  private static StoredFreeze row(ResultSet row, StatementContext context) throws SQLException {
    String outside = row.getString("outside");
    return new StoredFreeze(
        Columns.text(row, "ref"),
        Columns.text(row, "selector"),
        Columns.text(row, "owner"),
        Columns.text(row, "reason"),
        Columns.instant(row, "created_at"),
        Columns.instant(row, "expires_at"),
        outside == null ? null : Columns.json(outside, Window.class));
  }
}
