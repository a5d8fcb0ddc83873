package dev.pullcord.server.store.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads our types from columns and writes them as columns hold them. A value that cannot be read is
 * an {@link UncheckedIOException} that names its type.
 */
final class Columns {
  private static final TypeReference<Map<String, String>> MAP = new TypeReference<>() {};
  private static final TypeReference<List<String>> LIST = new TypeReference<>() {};

  private Columns() {}

  static Instant instant(ResultSet row, String column) throws SQLException {
    return Instant.ofEpochMilli(row.getLong(column));
  }

  static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    Long millis = longOrNull(row, column);
    return millis == null ? null : Instant.ofEpochMilli(millis);
  }

  static @Nullable Long longOrNull(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : value;
  }

  static CommitId commit(ResultSet row, String column) throws SQLException {
    return new CommitId(text(row, column));
  }

  static @Nullable CommitId commitOrNull(ResultSet row, String column) throws SQLException {
    String value = row.getString(column);
    return value == null ? null : new CommitId(value);
  }

  static String text(ResultSet row, String column) throws SQLException {
    String value = row.getString(column);
    if (value == null) {
      throw new SQLException("column " + column + " is null");
    }
    return value;
  }

  static @Nullable Long millis(@Nullable Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  static @Nullable String text(@Nullable CommitId commit) {
    return commit == null ? null : commit.value();
  }

  static Map<String, String> map(ResultSet row, String column) throws SQLException {
    return json(text(row, column), MAP);
  }

  static List<String> list(ResultSet row, String column) throws SQLException {
    return json(text(row, column), LIST);
  }

  static <T> T json(String text, Class<T> type) {
    try {
      return PullcordJson.wire().readValue(text, type);
    } catch (JsonProcessingException e) {
      throw unreadable(type.getSimpleName(), e);
    }
  }

  private static <T> T json(String text, TypeReference<T> type) {
    try {
      return PullcordJson.wire().readValue(text, type);
    } catch (JsonProcessingException e) {
      throw unreadable(type.getType().getTypeName(), e);
    }
  }

  private static UncheckedIOException unreadable(String type, JsonProcessingException e) {
    return new UncheckedIOException("the store holds a " + type + " that cannot be read", e);
  }
}
