package dev.pullcord.server.store.sql;

import dev.pullcord.server.store.StoreException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Copies all rows from one store into another one of the same schema. What was in the other one's
 * tables goes. It begins and ends no transaction: whoever calls it decides that all or nothing is
 * kept.
 */
public final class RowCopy {
  private static final int ROWS_AT_ONCE = 500;

  private final Connection from;
  private final Connection to;

  /**
   * @param from a transaction in it sees one moment
   * @param to a transaction in it, in which references may wait for its end
   */
  public RowCopy(Connection from, Connection to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies the tables, each column by its name, and counts both sides afterwards.
   *
   * @return how many rows each table has
   * @throws StoreException {@code DB_COPY}: the two sides do not have the same number of rows
   */
  public Map<String, Long> copy(List<String> tables) throws SQLException {
    Map<String, Long> rows = new TreeMap<>();
    for (String table : tables) {
      try (Statement statement = to.createStatement()) {
        statement.executeUpdate("delete from " + table);
      }
    }
    for (String table : tables) {
      copy(table);
      long there = count(from, table);
      long here = count(to, table);
      if (there != here) {
        throw new StoreException(
            "DB_COPY",
            "of the table " + table + " " + here + " rows were copied, of " + there + " rows");
      }
      rows.put(table, here);
    }
    return rows;
  }

  /**
   * Whether these tables have the same rows in both stores, in whatever order: they are compared by
   * sums of the rows' hashes.
   */
  public boolean isSame(List<String> tables) throws SQLException {
    for (String table : tables) {
      TableColumns columns = columns(table);
      if (!sum(from, table, columns).equals(sum(to, table, columns))) {
        return false;
      }
    }
    return true;
  }

  /** How many rows each of these tables has in the other store. */
  public Map<String, Long> counts(List<String> tables) throws SQLException {
    Map<String, Long> rows = new TreeMap<>();
    for (String table : tables) {
      rows.put(table, count(to, table));
    }
    return rows;
  }

  private static BigInteger sum(Connection connection, String table, TableColumns columns)
      throws SQLException {
    BigInteger sum = BigInteger.ZERO;
    try (Statement select = connection.createStatement()) {
      select.setFetchSize(ROWS_AT_ONCE);
      try (ResultSet row = select.executeQuery("select " + columns.listed() + " from " + table)) {
        while (row.next()) {
          MessageDigest hash = sha256();
          for (int i = 0; i < columns.names.size(); i++) {
            byte[] text = text(value(row.getObject(i + 1), columns.truths.get(i)));
            hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
            hash.update(text);
          }
          sum = sum.add(new BigInteger(1, hash.digest())).add(BigInteger.ONE);
        }
      }
    }
    return sum;
  }

  /** The same for a value in both; their drivers have numbers of different widths. */
  private static byte[] text(@Nullable Object value) {
    return switch (value) {
      case null -> new byte[] {0};
      case byte[] bytes -> bytes;
      default -> value.toString().getBytes(StandardCharsets.UTF_8);
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long count(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** A table's columns, by the store that is copied to, and which of them are truths there. */
  private record TableColumns(List<String> names, List<Boolean> truths) {
    String listed() {
      return String.join(", ", names);
    }
  }

  private TableColumns columns(String table) throws SQLException {
    List<String> names = new ArrayList<>();
    List<Boolean> truths = new ArrayList<>();
    try (Statement statement = to.createStatement();
        ResultSet none = statement.executeQuery("select * from " + table + " where 1 = 0")) {
      ResultSetMetaData found = none.getMetaData();
      for (int i = 1; i <= found.getColumnCount(); i++) {
        names.add(found.getColumnName(i));
        truths.add(found.getColumnType(i) == Types.BIT || found.getColumnType(i) == Types.BOOLEAN);
      }
    }
    return new TableColumns(names, truths);
  }

  private void copy(String table) throws SQLException {
    TableColumns columns = columns(table);
    String names = columns.listed();
    String marks = columns.names.stream().map(_ -> "?").collect(Collectors.joining(", "));
    try (Statement select = from.createStatement();
        PreparedStatement insert =
            to.prepareStatement(
                "insert into " + table + " (" + names + ") values (" + marks + ")")) {
      select.setFetchSize(ROWS_AT_ONCE);
      try (ResultSet row = select.executeQuery("select " + names + " from " + table)) {
        for (int n = 1; row.next(); n++) {
          for (int i = 0; i < columns.names.size(); i++) {
            insert.setObject(i + 1, value(row.getObject(i + 1), columns.truths.get(i)));
          }
          insert.addBatch();
          if (n % ROWS_AT_ONCE == 0) {
            insert.executeBatch();
          }
        }
      }
      insert.executeBatch();
    }
  }

  /** SQLite has numbers for truths, and text with NUL, which PostgreSQL does not take. */
  private static @Nullable Object value(@Nullable Object value, boolean truth) {
    return switch (value) {
      case Number number when truth -> number.longValue() != 0;
      case Boolean yes when !truth -> yes ? 1 : 0;
      case String text -> text.replace('\0', '\ufffd');
      case null, default -> value;
    };
  }
}
