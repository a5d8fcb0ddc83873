package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.PinTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Pins in SQLite. */
final class SqlitePins implements PinTable {
  private final Handle handle;

  SqlitePins(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void put(StoredPin pin) {
    handle.execute(
        "insert or replace into pins"
            + " (node, ref, branch, commit_id, owner, reason, created_at, expires_at, even_frozen)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        pin.node(),
        pin.ref(),
        pin.branch(),
        pin.commit().value(),
        pin.owner(),
        pin.reason(),
        pin.createdAt().toEpochMilli(),
        pin.expiresAt().toEpochMilli(),
        pin.evenFrozen());
  }

  @Override
  public void remove(long node) {
    handle.execute("delete from pins where node = ?", node);
  }

  @Override
  public Optional<StoredPin> find(long node) {
    return handle.select("select * from pins where node = ?", node).map(SqlitePins::row).findOne();
  }

  @Override
  public List<StoredPin> all() {
    return handle.select("select * from pins order by node").map(SqlitePins::row).list();
  }

  private static StoredPin row(ResultSet row, StatementContext context) throws SQLException {
    return new StoredPin(
        row.getLong("node"),
        Columns.text(row, "ref"),
        row.getBoolean("branch"),
        Columns.commit(row, "commit_id"),
        Columns.text(row, "owner"),
        Columns.text(row, "reason"),
        Columns.instant(row, "created_at"),
        Columns.instant(row, "expires_at"),
        row.getBoolean("even_frozen"));
  }
}
