package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.AlertTable;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The stories of alerts, as rows. */
final class SqlAlerts implements AlertTable {
  private final Handle handle;

  SqlAlerts(Handle handle) {
    this.handle = handle;
  }

  @Override
  public List<Story> stories() {
    return handle
        .select("select * from alert_stories order by receiver, event, subject")
        .map((row, _) ->
            new Story(
                new Key(
                    Columns.text(row, "receiver"),
                    Columns.text(row, "event"),
                    Columns.text(row, "subject")),
                Columns.text(row, "cause"),
                Columns.instant(row, "told_at"),
                Columns.instantOrNull(row, "cleared_at")))
        .list();
  }

  @Override
  public void put(Story story) {
    handle.execute(
        "insert into alert_stories (receiver, event, subject, cause, told_at, cleared_at)"
            + " values (?, ?, ?, ?, ?, ?) on conflict (receiver, event, subject) do update set"
            + " cause = excluded.cause, told_at = excluded.told_at,"
            + " cleared_at = excluded.cleared_at",
        story.key().receiver(),
        story.key().event(),
        story.key().subject(),
        story.cause(),
        Columns.millis(story.toldAt()),
        Columns.millis(story.clearedAt()));
  }

  @Override
  public void remove(Key key) {
    handle.execute(
        "delete from alert_stories where receiver = ? and event = ? and subject = ?",
        key.receiver(),
        key.event(),
        key.subject());
  }

  @Override
  public Instant since(String receiver, Instant now) {
    handle.execute(
        "insert into alert_receivers (name, since) values (?, ?) on conflict (name) do nothing",
        receiver,
        Columns.millis(now));
    return handle
        .select("select since from alert_receivers where name = ?", receiver)
        .map((row, _) -> Columns.instant(row, "since"))
        .one();
  }
}
