package dev.pullcord.server.store.sql;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.MirrorTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** The mirror, as rows. */
final class SqlMirror implements MirrorTable {
  private final Handle handle;

  SqlMirror(Handle handle) {
    this.handle = handle;
  }

  @Override
  public Optional<Look> look() {
    return handle
        .select("select * from mirror where id = 1")
        .map((row, _) ->
            new Look(
                Columns.text(row, "state"),
                Columns.text(row, "reason"),
                Columns.instantOrNull(row, "fetched_at"),
                Columns.instantOrNull(row, "failing_since"),
                row.getString("default_branch")))
        .findOne();
  }

  @Override
  public void look(Look look) {
    handle.execute(
        "insert into mirror (id, state, reason, fetched_at, failing_since, default_branch)"
            + " values (1, ?, ?, ?, ?, ?) on conflict (id) do update set state = excluded.state,"
            + " reason = excluded.reason, fetched_at = excluded.fetched_at,"
            + " failing_since = excluded.failing_since, default_branch = excluded.default_branch",
        look.state(),
        look.reason(),
        Columns.millis(look.fetchedAt()),
        Columns.millis(look.failingSince()),
        look.defaultBranch());
  }

  @Override
  public List<MirroredRef> refs() {
    return handle.select("select * from mirror_refs order by ref").map(SqlMirror::ref).list();
  }

  @Override
  public void put(MirroredRef ref) {
    handle.execute(
        "insert into mirror_refs (ref, commit_id, standing, problem, accepted, since)"
            + " values (?, ?, ?, ?, ?, ?) on conflict (ref) do update set"
            + " commit_id = excluded.commit_id, standing = excluded.standing,"
            + " problem = excluded.problem, accepted = excluded.accepted, since = excluded.since",
        ref.ref(),
        Columns.text(ref.commit()),
        ref.standing().name(),
        ref.problem(),
        Columns.text(ref.accepted()),
        Columns.millis(ref.since()));
  }

  @Override
  public void remove(String ref) {
    handle.execute("delete from mirror_refs where ref = ?", ref);
  }

  @Override
  public boolean add(Delivery delivery) {
    return handle.execute(
            "insert into webhook_deliveries (id, received_at, outcome, detail)"
                + " values (?, ?, ?, ?) on conflict (id) do nothing",
            delivery.id(),
            Columns.millis(delivery.at()),
            delivery.outcome(),
            delivery.detail())
        > 0;
  }

  @Override
  public boolean knows(String deliveryId, Instant since) {
    return handle
        .select(
            "select 1 from webhook_deliveries where id = ? and received_at >= ?",
            deliveryId,
            Columns.millis(since))
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  @Override
  public List<Delivery> deliveries(int limit) {
    return handle
        .select("select * from webhook_deliveries order by received_at desc, id limit ?", limit)
        .map((row, _) ->
            new Delivery(
                Columns.text(row, "id"),
                Columns.instant(row, "received_at"),
                Columns.text(row, "outcome"),
                Columns.text(row, "detail")))
        .list();
  }

  @Override
  public void forgetDeliveries(Instant before) {
    handle.execute("delete from webhook_deliveries where received_at < ?", Columns.millis(before));
  }

  private static MirroredRef ref(ResultSet row, StatementContext context) throws SQLException {
    return new MirroredRef(
        Columns.text(row, "ref"),
        commit(row, "commit_id"),
        Standing.valueOf(Columns.text(row, "standing")),
        Columns.text(row, "problem"),
        commit(row, "accepted"),
        Columns.instant(row, "since"));
  }

  private static @Nullable CommitId commit(ResultSet row, String column) throws SQLException {
    return Columns.commitOrNull(row, column);
  }
}
