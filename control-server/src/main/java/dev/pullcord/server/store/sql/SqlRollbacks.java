package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.RollbackTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Rollbacks, as rows. */
final class SqlRollbacks implements RollbackTable {
  private final Handle handle;

  SqlRollbacks(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void put(StoredRollback rollback) {
    remove(rollback.ref());
    handle.execute(
        "insert into rollbacks"
            + " (ref, commit_id, from_id, subject, author, owner, reason, created_at, ends_at)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rollback.ref(),
        rollback.commit().value(),
        rollback.from().value(),
        rollback.subject(),
        rollback.author(),
        rollback.owner(),
        rollback.reason(),
        rollback.createdAt().toEpochMilli(),
        Columns.millis(rollback.until()));
  }

  @Override
  public void remove(String ref) {
    handle.execute("delete from rollbacks where ref = ?", ref);
  }

  @Override
  public Optional<StoredRollback> find(String ref) {
    return handle
        .select("select * from rollbacks where ref = ?", ref)
        .map(SqlRollbacks::row)
        .findOne();
  }

  @Override
  public List<StoredRollback> all() {
    return handle.select("select * from rollbacks order by ref").map(SqlRollbacks::row).list();
  }

  private static StoredRollback row(ResultSet row, StatementContext context) throws SQLException {
    return new StoredRollback(
        Columns.text(row, "ref"),
        Columns.commit(row, "commit_id"),
        Columns.commit(row, "from_id"),
        Columns.text(row, "subject"),
        Columns.text(row, "author"),
        Columns.text(row, "owner"),
        Columns.text(row, "reason"),
        Columns.instant(row, "created_at"),
        Columns.instantOrNull(row, "ends_at"));
  }
}
