package dev.pullcord.server.store.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Keeps the statements of one connection prepared: SQLite would compile the same text again for
 * each report. A statement is lent to one user at a time; the one that was not used for longest
 * makes room. Not for use by several threads.
 */
public final class KeptStatements extends DefaultStatementBuilder {
  private static final int KEPT_MAX = 200;

  private final Map<String, PreparedStatement> kept = new LinkedHashMap<>();

  @Override
  public PreparedStatement create(Connection connection, String sql, StatementContext context)
      throws SQLException {
    PreparedStatement known = kept.remove(sql);
    return known == null ? super.create(connection, sql, context) : known;
  }

  @Override
  public void close(Connection connection, String sql, Statement statement) throws SQLException {
    if (!(statement instanceof PreparedStatement prepared) || kept.containsKey(sql)) {
      super.close(connection, sql, statement);
      return;
    }
    prepared.clearParameters();
    prepared.clearBatch();
    kept.put(sql, prepared);
    if (kept.size() > KEPT_MAX) {
      Iterator<PreparedStatement> oldest = kept.values().iterator();
      PreparedStatement forgotten = oldest.next();
      oldest.remove();
      forgotten.close();
    }
  }
}
