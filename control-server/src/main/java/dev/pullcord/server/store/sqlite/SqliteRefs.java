package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.RefTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Branch heads in SQLite. */
final class SqliteRefs implements RefTable {
  private final Handle handle;

  SqliteRefs(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void put(Row ref) {
    handle.execute(
        "insert or replace into refs"
            + " (ref, commit_id, before_id, subject, author, pushed_by, moved_at)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        ref.ref(),
        ref.commit().value(),
        Columns.text(ref.before()),
        ref.subject(),
        ref.author(),
        ref.pushedBy(),
        ref.movedAt().toEpochMilli());
  }

  @Override
  public void remove(String ref) {
    handle.execute("delete from refs where ref = ?", ref);
  }

  @Override
  public List<Row> all() {
    return handle.select("select * from refs order by ref").map(SqliteRefs::row).list();
  }

  private static Row row(ResultSet row, StatementContext context) throws SQLException {
    return new Row(
        Columns.text(row, "ref"),
        Columns.commit(row, "commit_id"),
        Columns.commitOrNull(row, "before_id"),
        Columns.text(row, "subject"),
        Columns.text(row, "author"),
        Columns.text(row, "pushed_by"),
        Columns.instant(row, "moved_at"));
  }
}
