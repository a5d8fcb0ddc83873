package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.RolloutTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Rollouts, as rows. */
final class SqlRollouts implements RolloutTable {
  private final Handle handle;

  SqlRollouts(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void put(StoredRollout rollout) {
    handle.execute(
        "insert into rollouts (deployment, ref, commit_id, before_id, document)"
            + " values (?, ?, ?, ?, ?)"
            + " on conflict (deployment) do update set document = excluded.document",
        rollout.deployment(),
        rollout.ref(),
        rollout.commit().value(),
        Columns.text(rollout.before()),
        rollout.document());
  }

  @Override
  public Optional<StoredRollout> find(long deployment) {
    return handle
        .select("select * from rollouts where deployment = ?", deployment)
        .map(SqlRollouts::row)
        .findOne();
  }

  @Override
  public List<StoredRollout> live() {
    return handle
        .select(
            "select r.* from rollouts r join deployments d on d.id = r.deployment"
                + " where d.state <> 'SUPERSEDED' order by r.ref")
        .map(SqlRollouts::row)
        .list();
  }

  private static StoredRollout row(ResultSet row, StatementContext context) throws SQLException {
    return new StoredRollout(
        row.getLong("deployment"),
        Columns.text(row, "ref"),
        Columns.commit(row, "commit_id"),
        Columns.commitOrNull(row, "before_id"),
        Columns.text(row, "document"));
  }
}
