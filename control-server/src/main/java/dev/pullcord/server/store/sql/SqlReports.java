package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.ReportTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports, as rows. */
final class SqlReports implements ReportTable {
  private static final Logger log = LoggerFactory.getLogger(SqlReports.class);

  /** A database may have all rows in memory otherwise. */
  private static final int STEPS_AT_ONCE = 16;

  private final Handle handle;
  private final Turns turns;

  SqlReports(Handle handle, Turns turns) {
    this.handle = handle;
    this.turns = turns;
  }

  /**
   * When the old rows of a node are cleared away: at one of so many reports, so that the others
   * stay cheap. The server counts them; the numbers that reports have are the node's own choice.
   * For the thread that writes alone.
   */
  static final class Turns {
    private static final int CLEAR_EVERY = 64;
    private static final int BITS = 6;

    /** Spreads the first turns of a fleet that is in step. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /** Other ones at each start, so that one that starts often leaves out no node for ever. */
    private final long start = System.nanoTime();

    private final Map<Long, Integer> accepted = new HashMap<>();

    boolean due(long node) {
      int first = (int) (((node ^ start) * SPREAD) >>> (Long.SIZE - BITS));
      int count = (accepted.getOrDefault(node, first) + 1) % CLEAR_EVERY;
      accepted.put(node, count);
      return count == 0;
    }
  }

  @Override
  public boolean accept(long node, ReportNumber number) {
    int added = addNewest(node, number);
    if (added == 0 && !isBelowKept(node, number)) {
      added =
          handle.execute(
              "insert into report_numbers (node, epoch, n) values (?, ?, ?) on conflict do nothing",
              node,
              number.epoch(),
              number.n());
    }
    if (added > 0 && turns.due(node)) {
      clear(node);
    }
    return added > 0;
  }

  /** Nearly every report is the newest of its node: one statement is enough for it. */
  private int addNewest(long node, ReportNumber number) {
    return handle.execute(
        "insert into report_numbers (node, epoch, n) select ?, ?, ? where not exists"
            + " (select 1 from report_numbers where node = ? and (epoch, n) >= (?, ?))",
        node,
        number.epoch(),
        number.n(),
        node,
        number.epoch(),
        number.n());
  }

  /** Whether as many newer ones are kept as are told apart. */
  private boolean isBelowKept(long node, ReportNumber number) {
    return handle
        .select(
            "select (epoch, n) > (?, ?) from report_numbers where node = ?"
                + " order by epoch desc, n desc limit 1 offset ?",
            number.epoch(),
            number.n(),
            node,
            NUMBERS_KEPT - 1)
        .mapTo(Boolean.class)
        .findOne()
        .orElse(false);
  }

  private void clear(long node) {
    handle.execute(
        "delete from report_numbers where node = ? and (epoch, n) < (select epoch, n from"
            + " report_numbers where node = ? order by epoch desc, n desc limit 1 offset ?)",
        node,
        node,
        NUMBERS_KEPT - 1);
    handle.execute(
        "delete from steps where node = ? and (epoch, n) < (select epoch, n from steps"
            + " where node = ? order by epoch desc, n desc, place desc limit 1 offset ?)",
        node,
        node,
        STEPS_KEPT - 1);
  }

  @Override
  public boolean save(Latest latest) {
    int changed =
        handle.execute(
            "insert into statuses (node, epoch, n, received_at, revision, status)"
                + " values (?, ?, ?, ?, ?, ?) on conflict (node) do update set"
                + " epoch = excluded.epoch, n = excluded.n, received_at = excluded.received_at,"
                + " revision = excluded.revision, status = excluded.status"
                + " where (excluded.epoch, excluded.n) > (statuses.epoch, statuses.n)",
            latest.node(),
            latest.number().epoch(),
            latest.number().n(),
            latest.receivedAt().toEpochMilli(),
            latest.revision(),
            PullcordJson.write(latest.status()));
    return changed > 0;
  }

  @Override
  public List<Latest> all() {
    return handle.select("select * from statuses").map((row, _) -> readable(row)).stream()
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * The node says it anew with its next report, so one that is odd keeps nobody from the others.
   */
  private static Optional<Latest> readable(ResultSet row) throws SQLException {
    try {
      return Optional.of(latest(row));
    } catch (RuntimeException e) {
      log.warn(
          "what node {} reported last cannot be read; it is passed over until it reports anew: {}",
          row.getLong("node"),
          DiskTrouble.said(e));
      return Optional.empty();
    }
  }

  @Override
  public List<ReportNumber> numbers(long node) {
    return handle
        .select("select epoch, n from report_numbers where node = ? order by epoch, n", node)
        .map((row, context) -> new ReportNumber(row.getLong("epoch"), row.getLong("n")))
        .list();
  }

  @Override
  public void addSteps(
      long node, ReportNumber number, @Nullable Long deployment, List<StepRecord> steps) {
    if (steps.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "insert into steps (node, epoch, n, place, deployment, step, output)"
                + " values (?, ?, ?, ?, ?, ?, ?)");
    int place = 0;
    for (StepRecord step : steps) {
      batch.add(
          node,
          number.epoch(),
          number.n(),
          place++,
          deployment,
          PullcordJson.write(step.withOutput("")),
          step.output().isEmpty() ? null : PullcordJson.write(step.output()));
    }
    batch.execute();
  }

  @Override
  public List<StepRecord> steps(long deployment, long node, int outputMax) {
    return done(
            handle.select(
                "select deployment, step, output from steps where deployment = ? and node = ?"
                    + " order by epoch desc, n desc, place desc",
                deployment,
                node),
            outputMax)
        .stream()
        .map(Done::step)
        .toList();
  }

  @Override
  public List<Done> lastSteps(long node, int limit, int outputMax) {
    return done(
        handle.select(
            "select deployment, step, output from steps where node = ?"
                + " order by epoch desc, n desc, place desc limit ?",
            node,
            limit),
        outputMax);
  }

  @Override
  public List<StepRecord> lastStepsWithoutOutput(long node, int limit) {
    return handle
        .select(
            "select step from steps where node = ?"
                + " order by epoch desc, n desc, place desc limit ?",
            node,
            limit)
        .setFetchSize(STEPS_AT_ONCE)
        .map((row, _) -> Columns.json(Columns.text(row, "step"), StepRecord.class).withOutput(""))
        .list()
        .reversed();
  }

  /** Row by row, so that no more output is in memory than is kept of it; the newest come first. */
  private static List<Done> done(Query newestFirst, int outputMax) {
    AtomicInteger left = new AtomicInteger(outputMax);
    return newestFirst
        .setFetchSize(STEPS_AT_ONCE)
        .map((row, _) -> new Done(Columns.longOrNull(row, "deployment"), within(step(row), left)))
        .list()
        .reversed();
  }

  private static StepRecord step(ResultSet row) throws SQLException {
    StepRecord step = Columns.json(Columns.text(row, "step"), StepRecord.class);
    String output = row.getString("output");
    return output == null ? step : step.withOutput(Columns.json(output, String.class));
  }

  private static StepRecord within(StepRecord step, AtomicInteger left) {
    int length = step.output().length();
    return length == 0 || left.addAndGet(-length) >= 0 ? step : step.withOutput(LEFT_OUT);
  }

  @Override
  public void forget(long node) {
    handle.execute("delete from statuses where node = ?", node);
    handle.execute("delete from report_numbers where node = ?", node);
    handle.execute("delete from steps where node = ?", node);
    turns.accepted.remove(node);
  }

  private static Latest latest(ResultSet row) throws SQLException {
    return new Latest(
        row.getLong("node"),
        new ReportNumber(row.getLong("epoch"), row.getLong("n")),
        Columns.instant(row, "received_at"),
        row.getLong("revision"),
        Columns.json(Columns.text(row, "status"), NodeStatus.class));
  }
}
