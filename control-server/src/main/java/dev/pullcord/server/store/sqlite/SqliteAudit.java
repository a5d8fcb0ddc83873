package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.Audit;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The audit log in SQLite. */
final class SqliteAudit implements Audit {
  private final Handle handle;

  SqliteAudit(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void append(Entry entry) {
    handle.execute(
        "insert into audit (at, who, what, subject, before_text, after_text)"
            + " values (?, ?, ?, ?, ?, ?)",
        entry.at().toEpochMilli(),
        entry.who(),
        entry.what(),
        entry.subject(),
        entry.before(),
        entry.after());
  }

  @Override
  public List<Entry> newest(int limit) {
    return handle
        .select("select * from audit order by id desc limit ?", limit)
        .map((row, context) ->
            new Entry(
                Columns.instant(row, "at"),
                Columns.text(row, "who"),
                Columns.text(row, "what"),
                Columns.text(row, "subject"),
                row.getString("before_text"),
                row.getString("after_text")))
        .list();
  }
}
