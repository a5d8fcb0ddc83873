package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.HistoryTable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** The history of nodes, as rows. */
final class SqlHistory implements HistoryTable {
  /**
   * One entry of 64 has the old ones of its node cleared away, so that the others stay cheap. Which
   * one follows from its id, which is the store's own; its time may be the node's choice.
   */
  private static final int CLEAR_BITS = 6;

  /** Spreads numbers that count up, so that no node of a fleet in step is left out for ever. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final Handle handle;

  SqlHistory(Handle handle) {
    this.handle = handle;
  }

  @Override
  public void add(long node, Kind kind, Instant at, String document) {
    long id =
        handle
            .select(
                "insert into history (node, kind, at, document) values (?, ?, ?, ?) returning id",
                node,
                kind.name(),
                at.toEpochMilli(),
                document)
            .mapTo(Long.class)
            .one();
    if ((id * SPREAD) >>> (Long.SIZE - CLEAR_BITS) == 0) {
      handle.execute(
          "delete from history where node = ? and kind = ? and (at, id) <= (select at, id"
              + " from history where node = ? and kind = ? order by at desc, id desc"
              + " limit 1 offset ?)",
          node,
          kind.name(),
          node,
          kind.name(),
          KEPT);
    }
  }

  @Override
  public Optional<StoredNote> last(long node, Kind kind, Instant at) {
    return handle
        .select(
            "select * from history where node = ? and kind = ? and at <= ?"
                + " order by at desc, id desc limit 1",
            node,
            kind.name(),
            at.toEpochMilli())
        .map(SqlHistory::row)
        .findOne();
  }

  @Override
  public List<StoredNote> all(long node) {
    return handle
        .select("select * from history where node = ? order by at, id", node)
        .map(SqlHistory::row)
        .list();
  }

  @Override
  public void forget(long node) {
    handle.execute("delete from history where node = ?", node);
  }

  private static StoredNote row(ResultSet row, StatementContext context) throws SQLException {
    return new StoredNote(
        row.getLong("id"),
        Kind.valueOf(Columns.text(row, "kind")),
        Columns.instant(row, "at"),
        Columns.text(row, "document"));
  }
}
