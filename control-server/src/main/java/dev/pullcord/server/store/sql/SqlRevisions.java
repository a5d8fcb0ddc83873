package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.Revisions;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The counter of desired state, as rows. */
final class SqlRevisions implements Revisions {
  private final Handle handle;

  SqlRevisions(Handle handle) {
    this.handle = handle;
  }

  @Override
  public long newest() {
    return handle
        .select("select value from counters where name = 'revision'")
        .mapTo(Long.class)
        .one();
  }

  @Override
  public long next() {
    return handle
        .select("update counters set value = value + 1 where name = 'revision' returning value")
        .mapTo(Long.class)
        .one();
  }

  @Override
  public void raise(long number) {
    handle.execute(
        "update counters set value = ? where name = 'revision' and value < ?", number, number);
  }

  @Override
  public void begin(Incarnation incarnation, int kept) {
    handle.execute(
        "insert into incarnations (id, first_revision, started_at) values (?, ?, ?)",
        incarnation.id(),
        incarnation.first(),
        incarnation.startedAt().toEpochMilli());
    handle.execute(
        "delete from incarnations where id not in (select id from incarnations"
            + " order by first_revision desc, started_at desc limit ?)",
        kept);
  }

  @Override
  public List<Incarnation> incarnations() {
    return handle
        .select("select * from incarnations order by first_revision, started_at")
        .map((row, context) ->
            new Incarnation(
                Columns.text(row, "id"),
                row.getLong("first_revision"),
                Columns.instant(row, "started_at")))
        .list();
  }
}
