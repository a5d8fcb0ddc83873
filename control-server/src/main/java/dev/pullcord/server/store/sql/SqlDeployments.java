package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.RefTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Deployments, as rows. */
final class SqlDeployments implements DeploymentTable {
  private static final String SELECT =
      "select d.*, n.commit_id as next_commit_id"
          + " from deployments d left join deployments n on n.id = d.superseded_by ";

  /** Its own from the beginning, or still to run it, or came later and ran it. */
  private static final String COUNTED = "(own or left_at is null or converged_at is not null)";

  private final Handle handle;

  SqlDeployments(Handle handle) {
    this.handle = handle;
  }

  @Override
  public StoredDeployment create(RefTable.BranchHead head, Instant at) {
    Optional<StoredDeployment> before = newest(head.ref());
    before.ifPresent(d -> state(d.id(), DeploymentView.State.SUPERSEDED, d.convergedAt()));
    long id =
        handle
            .select(
                "insert into deployments (ref, commit_id, before_id, subject, author, pushed_by,"
                    + " state, started_at, rollback) values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                    + " returning id",
                head.ref(),
                head.commit().value(),
                Columns.text(head.before()),
                head.subject(),
                head.author(),
                head.pushedBy(),
                DeploymentView.State.RUNNING.name(),
                at.toEpochMilli(),
                head.rollback())
            .mapTo(Long.class)
            .one();
    before.ifPresent(d -> supersede(d, id, at));
    old().thin(head.ref(), this::counts);
    return find(id).orElseThrow();
  }

  private void supersede(StoredDeployment old, long by, Instant at) {
    handle.execute("update deployments set superseded_by = ? where id = ?", by, old.id());
    if (old.ending() == null) {
      handle.execute(
          "update deployments set outcome = 'SUPERSEDED', ended_at = ? where id = ?",
          at.toEpochMilli(),
          old.id());
      handle.execute(
          "update members set"
              + " end_state = case when converged_at is null then 'WAITING' else 'CONVERGED' end,"
              + " end_reason = case when converged_at is null then 'superseded before it converged'"
              + " else 'ran it' end"
              + " where deployment = ? and "
              + COUNTED,
          old.id());
    }
  }

  @Override
  public void end(long id, Ending ending, Map<Long, MemberEnd> members) {
    int changed =
        handle.execute(
            "update deployments set outcome = ?, ended_at = ? where id = ? and outcome is null",
            ending.state().name(),
            ending.at().toEpochMilli(),
            id);
    if (changed == 0) {
      return;
    }
    ends(id, members);
  }

  @Override
  public void ends(long id, Map<Long, MemberEnd> members) {
    PreparedBatch batch =
        handle.prepareBatch(
            "update members set end_state = ?, end_reason = ? where deployment = ? and node = ?");
    members.forEach((node, end) -> batch.add(end.state().name(), end.reason(), id, node));
    batch.execute();
  }

  @Override
  public void reopen(long id) {
    int changed =
        handle.execute(
            "update deployments set outcome = null, ended_at = null"
                + " where id = ? and outcome = 'INCOMPLETE' and superseded_by is null",
            id);
    if (changed > 0) {
      handle.execute(
          "update members set end_state = null, end_reason = null where deployment = ?", id);
    }
  }

  private OldDeployments old() {
    return new OldDeployments(handle);
  }

  @Override
  public void forget(String ref, int kept) {
    old().forget(ref, kept);
  }

  @Override
  public boolean isWhole(long id) {
    return old().isWhole(id);
  }

  @Override
  public Optional<StoredDeployment> find(long id) {
    return handle.select(SELECT + "where d.id = ?", id).map(SqlDeployments::row).findOne();
  }

  @Override
  public Optional<StoredDeployment> newest(String ref) {
    return page(ref, Long.MAX_VALUE, 1).stream().findFirst();
  }

  @Override
  public List<StoredDeployment> live() {
    return handle
        .select(SELECT + "where d.state <> 'SUPERSEDED' order by d.id")
        .map(SqlDeployments::row)
        .list();
  }

  @Override
  public List<StoredDeployment> page(@Nullable String ref, long before, int limit) {
    String where = ref == null ? "" : "d.ref = :ref and ";
    var query =
        handle.createQuery(
            SELECT + "where " + where + "d.id < :before order by d.id desc limit :limit");
    if (ref != null) {
      query.bind("ref", ref);
    }
    return query.bind("before", before).bind("limit", limit).map(SqlDeployments::row).list();
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
            "insert into members (deployment, node, joined_at, own) values (?, ?, ?,"
                + " ? <= (select started_at from deployments d where d.id = ?))"
                + " on conflict (deployment, node) do update set left_at = null, joined_at ="
                + " case when members.converged_at is null then excluded.joined_at"
                + " else members.joined_at end");
    nodes.forEach(node -> batch.add(id, node, at.toEpochMilli(), at.toEpochMilli(), id));
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
            "select m.*, n.name from members m join nodes n on n.id = m.node"
                + " where m.deployment = ? and (m.end_state is not null or "
                + COUNTED
                + ") order by n.name, n.id",
            id)
        .map((row, context) ->
            new Member(
                row.getLong("node"),
                new NodeName(Columns.text(row, "name")),
                Columns.instantOrNull(row, "converged_at"),
                Columns.instant(row, "joined_at"),
                Columns.instantOrNull(row, "left_at"),
                memberEnd(row)))
        .list();
  }

  private static @Nullable MemberEnd memberEnd(ResultSet row) throws SQLException {
    return row.getString("end_state") == null
        ? null
        : new MemberEnd(
            NodeState.valueOf(Columns.text(row, "end_state")), Columns.text(row, "end_reason"));
  }

  @Override
  public Map<Long, Map<NodeState, Integer>> counts(Collection<Long> ids) {
    Map<Long, Map<NodeState, Integer>> counts = new HashMap<>();
    if (ids.isEmpty()) {
      return counts;
    }
    handle
        .createQuery(
            "select deployment, coalesce(end_state, 'CONVERGED') as state, count(*) as members"
                + " from members where deployment in (<ids>)"
                + " and (end_state is not null or converged_at is not null) group by 1, 2")
        .bindList("ids", List.copyOf(ids))
        .map((row, context) ->
            Map.entry(
                row.getLong("deployment"),
                Map.entry(NodeState.valueOf(Columns.text(row, "state")), row.getInt("members"))))
        .forEach(e ->
            counts
                .computeIfAbsent(e.getKey(), _ -> new EnumMap<>(NodeState.class))
                .put(e.getValue().getKey(), e.getValue().getValue()));
    handle
        .createQuery(
            "select id, members_kept from deployments where id in (<ids>)"
                + " and members_kept is not null")
        .bindList("ids", List.copyOf(ids))
        .map((row, context) ->
            Map.entry(row.getLong("id"), KeptCounts.of(Columns.text(row, "members_kept"))))
        .forEach(e -> counts.put(e.getKey(), e.getValue()));
    return counts;
  }

  private static StoredDeployment row(ResultSet row, StatementContext context) throws SQLException {
    return new StoredDeployment(
        row.getLong("id"),
        SqlRefs.head(row, row.getString("rollback")),
        DeploymentView.State.valueOf(Columns.text(row, "state")),
        Columns.instant(row, "started_at"),
        Columns.instantOrNull(row, "converged_at"),
        next(row),
        ending(row));
  }

  private static @Nullable Next next(ResultSet row) throws SQLException {
    Long id = Columns.longOrNull(row, "superseded_by");
    return id == null ? null : new Next(id, Columns.commit(row, "next_commit_id"));
  }

  private static @Nullable Ending ending(ResultSet row) throws SQLException {
    return row.getString("outcome") == null
        ? null
        : new Ending(
            DeploymentView.State.valueOf(Columns.text(row, "outcome")),
            Columns.instant(row, "ended_at"));
  }
}
