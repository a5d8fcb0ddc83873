package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.PinTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Pins, as rows. */
final class SqlPins implements PinTable {
  private final Handle handle;

  SqlPins(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void put(StoredPin pin) {
    handle.execute(
        "insert into pins"
            + " (node, ref, branch, commit_id, owner, reason, created_at, expires_at, even_frozen)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (node) do update set"
            + " ref = excluded.ref, branch = excluded.branch, commit_id = excluded.commit_id,"
            + " owner = excluded.owner,"
            + " reason = excluded.reason, created_at = excluded.created_at,"
            + " expires_at = excluded.expires_at, even_frozen = excluded.even_frozen",
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
    return handle.select("select * from pins where node = ?", node).map(SqlPins::row).findOne();
  }

  @Override
  public List<StoredPin> all() {
    return handle.select("select * from pins order by node").map(SqlPins::row).list();
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
