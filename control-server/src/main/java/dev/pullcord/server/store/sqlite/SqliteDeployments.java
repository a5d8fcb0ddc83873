package dev.pullcord.server.store.sqlite;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.store.Deployments;
import dev.pullcord.server.store.Refs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Deployments in SQLite. */
final class SqliteDeployments implements Deployments {
  private final Handle handle;

  SqliteDeployments(Handle handle) {
    this.handle = handle;
  }

  @Override
  public Row create(Refs.Row head, Instant at) {
    Optional<Row> before = newest(head.ref());
    before.ifPresent(d -> state(d.id(), DeploymentView.State.SUPERSEDED, d.convergedAt()));
    long id =
        handle
            .select(
                "insert into deployments (ref, commit_id, before_id, subject, author, pushed_by,"
                    + " state, started_at) values (?, ?, ?, ?, ?, ?, ?, ?) returning id",
                head.ref(),
                head.commit().value(),
                Columns.text(head.before()),
                head.subject(),
                head.author(),
                head.pushedBy(),
                DeploymentView.State.RUNNING.name(),
                at.toEpochMilli())
            .mapTo(Long.class)
            .one();
    before.ifPresent(
        d -> handle.execute("update deployments set superseded_by = ? where id = ?", id, d.id()));
    return find(id).orElseThrow();
  }

  @Override
  public Optional<Row> find(long id) {
    return handle
        .select("select * from deployments where id = ?", id)
        .map(SqliteDeployments::row)
        .findOne();
  }

  @Override
  public Optional<Row> newest(String ref) {
    return page(ref, Long.MAX_VALUE, 1).stream().findFirst();
  }

  @Override
  public List<Row> live() {
    return handle
        .select("select * from deployments where state <> 'SUPERSEDED' order by id")
        .map(SqliteDeployments::row)
        .list();
  }

  @Override
  public List<Row> page(@Nullable String ref, long before, int limit) {
    String where = ref == null ? "" : "ref = :ref and ";
    var query =
        handle.createQuery(
            "select * from deployments where "
                + where
                + "id < :before order by id desc limit :limit");
    if (ref != null) {
      query.bind("ref", ref);
    }
    return query.bind("before", before).bind("limit", limit).map(SqliteDeployments::row).list();
  }

  @Override
  public void state(long id, DeploymentView.State state, @Nullable Instant convergedAt) {
    handle.execute(
        "update deployments set state = ?, converged_at = ? where id = ?",
        state.name(),
        Columns.millis(convergedAt),
        id);
  }

  @Override
  public void join(long id, Collection<Long> nodes, Instant at) {
    PreparedBatch batch =
        handle.prepareBatch(
            "insert into members (deployment, node, joined_at) values (?, ?, ?)"
                + " on conflict (deployment, node) do update set left_at = null, joined_at ="
                + " iif(converged_at is null, excluded.joined_at, joined_at)");
    nodes.forEach(node -> batch.add(id, node, at.toEpochMilli()));
    batch.execute();
  }

  @Override
  public void leave(long id, Collection<Long> nodes, Instant at) {
    PreparedBatch batch =
        handle.prepareBatch(
            "update members set left_at = ?"
                + " where deployment = ? and node = ? and left_at is null");
    nodes.forEach(node -> batch.add(at.toEpochMilli(), id, node));
    batch.execute();
  }

  @Override
  public void converged(long id, long node, Instant at) {
    handle.execute(
        "update members set converged_at = ?"
            + " where deployment = ? and node = ? and converged_at is null",
        at.toEpochMilli(),
        id,
        node);
  }

  @Override
  public List<Member> members(long id) {
    return handle
        .select(
            "select m.node, n.name, m.converged_at, m.joined_at"
                + " from members m join nodes n on n.id = m.node"
                + " where m.deployment = ? and m.left_at is null order by n.name",
            id)
        .map((row, context) ->
            new Member(
                row.getLong("node"),
                new NodeName(Columns.text(row, "name")),
                Columns.instantOrNull(row, "converged_at"),
                Columns.instant(row, "joined_at")))
        .list();
  }

  @Override
  public Map<Long, Count> counts(Collection<Long> ids) {
    Map<Long, Count> counts = new HashMap<>();
    if (ids.isEmpty()) {
      return counts;
    }
    handle
        .createQuery(
            "select deployment, count(*) as members, count(converged_at) as converged from members"
                + " where left_at is null and deployment in (<ids>) group by deployment")
        .bindList("ids", List.copyOf(ids))
        .map((row, context) ->
            Map.entry(
                row.getLong("deployment"),
                new Count(row.getInt("members"), row.getInt("converged"))))
        .forEach(e -> counts.put(e.getKey(), e.getValue()));
    return counts;
  }

  private static Row row(ResultSet row, StatementContext context) throws SQLException {
    return new Row(
        row.getLong("id"),
        Columns.text(row, "ref"),
        Columns.commit(row, "commit_id"),
        Columns.commitOrNull(row, "before_id"),
        Columns.text(row, "subject"),
        Columns.text(row, "author"),
        Columns.text(row, "pushed_by"),
        DeploymentView.State.valueOf(Columns.text(row, "state")),
        Columns.instant(row, "started_at"),
        Columns.instantOrNull(row, "converged_at"),
        Columns.longOrNull(row, "superseded_by"));
  }
}
