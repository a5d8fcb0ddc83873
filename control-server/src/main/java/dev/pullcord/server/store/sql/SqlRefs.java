package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.server.store.RefTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Branch heads, as rows. */
final class SqlRefs implements RefTable {
  private final Handle handle;

  SqlRefs(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void put(BranchHead head, Instant movedAt) {
    handle.execute(
        "insert into refs"
            + " (ref, commit_id, before_id, subject, author, pushed_by, moved_at, windows)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (ref) do update set"
            + " commit_id = excluded.commit_id, before_id = excluded.before_id,"
            + " subject = excluded.subject, author = excluded.author,"
            + " pushed_by = excluded.pushed_by, moved_at = excluded.moved_at,"
            + " windows = excluded.windows",
        head.ref(),
        head.commit().value(),
        Columns.text(head.before()),
        head.subject(),
        head.author(),
        head.pushedBy(),
        movedAt.toEpochMilli(),
        head.windows().isEmpty() ? null : PullcordJson.write(head.windows().toArray()));
  }

  @Override
  public void remove(String ref) {
    handle.execute("delete from refs where ref = ?", ref);
  }

  @Override
  public List<BranchHead> all() {
    return handle.select("select * from refs order by ref").map(SqlRefs::row).list();
  }

  private static BranchHead row(ResultSet row, StatementContext context) throws SQLException {
    String windows = row.getString("windows");
    return head(row, null)
        .with(windows == null ? List.of() : List.of(Columns.json(windows, Window[].class)));
  }

  /** A head, from the columns that a branch and its deployments have in common. */
  static BranchHead head(ResultSet row, @Nullable String rollback) throws SQLException {
    return new BranchHead(
        Columns.text(row, "ref"),
        Columns.commit(row, "commit_id"),
        Columns.commitOrNull(row, "before_id"),
        Columns.text(row, "subject"),
        Columns.text(row, "author"),
        Columns.text(row, "pushed_by"),
        List.of(),
        rollback);
  }
}
