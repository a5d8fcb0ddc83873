package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.action.RunState;
import dev.pullcord.protocol.action.RunView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.store.RunTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
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

/** Runs, as rows. */
final class SqlRuns implements RunTable {
  private static final String PART =
      "select run, node, name, order_key, commit_id, timeout, state, released_at, ended_at,"
          + " exit_code, took_millis, reason, not_reached, cut, ";

  private final Handle handle;

  SqlRuns(Handle handle) {
    this.handle = handle;
  }

  @Override
  public StoredRun add(StoredRun run) {
    RunView.Terms terms = run.terms();
    long id =
        handle
            .select(
                "insert into action_runs (action, parameters, started_by, started_at, ended_at,"
                    + " batch, at_once, stop_after, begin_until)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
                run.action(),
                PullcordJson.write(run.parameters()),
                run.by(),
                run.startedAt().toEpochMilli(),
                Columns.millis(run.endedAt()),
                terms.batch(),
                terms.atOnce(),
                terms.stopAfter(),
                terms.beginUntil().toEpochMilli())
            .mapTo(Long.class)
            .one();
    return run.numbered(id);
  }

  @Override
  public void add(NodePart part) {
    Standing standing = part.standing();
    handle.execute(
        "insert into action_run_nodes (run, node, name, order_key, commit_id, timeout, state,"
            + " released_at, ended_at, exit_code, took_millis, reason, not_reached, output,"
            + " output_size, cut) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        part.run(),
        part.node(),
        part.name().value(),
        part.order().key(),
        Columns.text(part.order().commit()),
        part.order().timeout().toMillis(),
        standing.state().name(),
        Columns.millis(part.releasedAt()),
        Columns.millis(standing.endedAt()),
        standing.exitCode(),
        standing.tookMillis(),
        standing.reason(),
        standing.notReached(),
        part.output(),
        part.output().length(),
        part.cut());
  }

  @Override
  public void release(long run, Collection<NodeName> nodes, Instant at) {
    PreparedBatch batch =
        handle.prepareBatch(
            "update action_run_nodes set released_at = ?"
                + " where run = ? and name = ? and released_at is null");
    nodes.forEach(node -> batch.add(at.toEpochMilli(), run, node.value()));
    if (!nodes.isEmpty()) {
      batch.execute();
    }
  }

  @Override
  public void put(NodePart part) {
    Standing standing = part.standing();
    handle.execute(
        "update action_run_nodes set state = ?, ended_at = ?, exit_code = ?, took_millis = ?,"
            + " reason = ?, not_reached = ?, output = ?, output_size = ?, cut = ?"
            + " where run = ? and name = ?",
        standing.state().name(),
        Columns.millis(standing.endedAt()),
        standing.exitCode(),
        standing.tookMillis(),
        standing.reason(),
        standing.notReached(),
        part.output(),
        part.output().length(),
        part.cut(),
        part.run(),
        part.name().value());
  }

  @Override
  public void cancel(long run, String by) {
    handle.execute(
        "update action_runs set cancelled_by = ? where id = ? and cancelled_by is null", by, run);
  }

  @Override
  public void end(long run, Instant at) {
    handle.execute(
        "update action_runs set ended_at = ? where id = ? and ended_at is null",
        at.toEpochMilli(),
        run);
  }

  @Override
  public Optional<StoredRun> find(long run) {
    return handle.select("select * from action_runs where id = ?", run).map(SqlRuns::run).findOne();
  }

  @Override
  public List<StoredRun> page(long before, int limit) {
    return handle
        .select("select * from action_runs where id < ? order by id desc limit ?", before, limit)
        .map(SqlRuns::run)
        .list();
  }

  @Override
  public List<StoredRun> open() {
    return handle
        .select("select * from action_runs where ended_at is null order by id")
        .map(SqlRuns::run)
        .list();
  }

  @Override
  public Map<Long, Map<RunState, Integer>> counts(Collection<Long> runs) {
    Map<Long, Map<RunState, Integer>> counts = new HashMap<>();
    if (!runs.isEmpty()) {
      handle
          .createQuery(
              "select run, state, count(*) as nodes from action_run_nodes where run in (<runs>)"
                  + " group by run, state")
          .bindList("runs", List.copyOf(runs))
          .map((row, _) ->
              counts
                  .computeIfAbsent(row.getLong("run"), _ -> new EnumMap<>(RunState.class))
                  .put(RunState.valueOf(Columns.text(row, "state")), row.getInt("nodes")))
          .list();
    }
    return counts;
  }

  @Override
  public List<NodePart> parts(long run, boolean output) {
    return handle
        .select(
            PART
                + (output ? "output" : "'' as output")
                + " from action_run_nodes where run = ? order by name",
            run)
        .map(SqlRuns::part)
        .list();
  }

  @Override
  public Optional<NodePart> byKey(String key) {
    return handle
        .select(PART + "output from action_run_nodes where order_key = ?", key)
        .map(SqlRuns::part)
        .findOne();
  }

  @Override
  public void keep(int runs, long characters) {
    List<Long> over =
        handle
            .select(
                "select id from (select r.id, r.ended_at,"
                    + " row_number() over (order by r.id desc) as place,"
                    + " sum(coalesce(o.size, 0)) over (order by r.id desc) as total"
                    + " from action_runs r left join (select run, sum(output_size) as size"
                    + " from action_run_nodes group by run) o on o.run = r.id) sized"
                    + " where ended_at is not null and (place > ? or total > ?)",
                runs,
                characters)
            .mapTo(Long.class)
            .list();
    for (long run : over) {
      handle.execute("delete from action_run_nodes where run = ?", run);
      handle.execute("delete from action_runs where id = ?", run);
    }
  }

  private static StoredRun run(ResultSet row, StatementContext context) throws SQLException {
    return new StoredRun(
        row.getLong("id"),
        Columns.text(row, "action"),
        Columns.map(row, "parameters"),
        Columns.text(row, "started_by"),
        Columns.instant(row, "started_at"),
        Columns.instantOrNull(row, "ended_at"),
        new RunView.Terms(
            row.getString("batch"),
            row.getInt("at_once"),
            intOrNull(row, "stop_after"),
            Columns.instant(row, "begin_until")),
        row.getString("cancelled_by"));
  }

  private static NodePart part(ResultSet row, StatementContext context) throws SQLException {
    return new NodePart(
        row.getLong("run"),
        row.getLong("node"),
        new NodeName(Columns.text(row, "name")),
        new PartOrder(
            Columns.text(row, "order_key"),
            Columns.commitOrNull(row, "commit_id"),
            Duration.ofMillis(row.getLong("timeout"))),
        Columns.instantOrNull(row, "released_at"),
        new Standing(
            RunState.valueOf(Columns.text(row, "state")),
            Columns.instantOrNull(row, "ended_at"),
            intOrNull(row, "exit_code"),
            Columns.longOrNull(row, "took_millis"),
            Columns.text(row, "reason"),
            row.getBoolean("not_reached")),
        Columns.text(row, "output"),
        row.getLong("cut"));
  }

  private static @Nullable Integer intOrNull(ResultSet row, String column) throws SQLException {
    Long value = Columns.longOrNull(row, column);
    return value == null ? null : value.intValue();
  }
}
