package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.AuditTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The audit log, as rows. */
final class SqlAudit implements AuditTable {
  /** How many entries come before the old ones are looked for again. */
  private static final int PRUNED_EVERY = 64;

  private final Handle handle;

  SqlAudit(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void append(Act entry) {
    @Nullable Source from = entry.from();
    long id =
        handle
            .select(
                "insert into audit (at, who, way, address, what, subject, before_text, after_text,"
                    + " refused, times) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
                entry.at().toEpochMilli(),
                entry.who(),
                from == null ? null : from.way().word(),
                from == null ? null : from.address(),
                entry.what(),
                entry.subject(),
                entry.before(),
                entry.after(),
                entry.refused(),
                entry.times())
            .mapTo(Long.class)
            .one();
    if (id % PRUNED_EVERY == 0) {
      prune(false, DONE_KEPT);
      prune(true, REFUSED_KEPT);
    }
  }

  private void prune(boolean refused, int kept) {
    handle.execute(
        "delete from audit where refused = ? and id <= (select id from audit where refused = ?"
            + " order by id desc limit 1 offset ?)",
        refused,
        refused,
        kept);
  }

  @Override
  public List<StoredAct> page(Filter filter, long before, int limit) {
    Long since = Columns.millis(filter.since());
    return handle
        .createQuery(
            "select * from audit where id < :before"
                + " and (cast(:who as text) is null or who = :who)"
                + " and (cast(:what as text) is null or what = :what or"
                + "   substr(what, 1, length(cast(:what as text)) + 1) = :what || '.')"
                + " and (cast(:subject as text) is null or subject = :subject)"
                + " and (cast(:since as bigint) is null or at >= :since)"
                + " and (cast(:refused as boolean) is null or refused = :refused)"
                + " order by id desc limit :limit")
        .bind("before", before)
        .bind("who", filter.who())
        .bind("what", filter.what())
        .bind("subject", filter.subject())
        .bind("since", since)
        .bind("refused", filter.refused())
        .bind("limit", limit)
        .map((row, context) -> new StoredAct(row.getLong("id"), entry(row)))
        .list();
  }

  private static Act entry(ResultSet row) throws SQLException {
    String way = row.getString("way");
    return new Act(
        Columns.instant(row, "at"),
        Columns.text(row, "who"),
        way == null
            ? null
            : new Source(Way.valueOf(way.toUpperCase(Locale.ROOT)), Columns.text(row, "address")),
        Columns.text(row, "what"),
        Columns.text(row, "subject"),
        row.getString("before_text"),
        row.getString("after_text"),
        row.getBoolean("refused"),
        row.getInt("times"));
  }
}
