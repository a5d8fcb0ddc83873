package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Looks at the store of a server that may be running, and copies it as it was at one moment. It
 * changes nothing in it: neither rows nor the schema.
 */
public final class StoreCopy {
  private static final int BUSY_TIMEOUT_MS = 10_000;
  private static final int PROBLEMS_MAX = 20;
  private static final Pattern COMMIT = Pattern.compile("\\b[0-9a-f]{40}\\b");

  /** Every column that names commits, with the ids of trees beside them. */
  private static final String NAMED =
      """
      select commit_id from refs union select before_id from refs
      union select commit_id from pins
      union select commit_id from deployments union select before_id from deployments
      union select decision from nodes where removed_at is null
      union select status from statuses
      """;

  private StoreCopy() {}

  /**
   * What a store says of itself.
   *
   * @param schema the number of the newest change of its schema
   * @param revision the newest decision
   * @param incarnation the newest start of a server on it; null before the first
   * @param nodes how many have joined and are not removed
   * @param objects ids of git objects that it names: commits, and trees that nodes run
   */
  public record Content(
      int schema, long revision, @Nullable String incarnation, int nodes, Set<String> objects) {
    /** Copies. */
    public Content {
      objects = Set.copyOf(objects);
    }
  }

  /**
   * Writes the store as it is at one moment into another file, which has to be absent or empty.
   *
   * @throws StoreException with the disk's code where it could not be written; {@code DB_DAMAGED}
   *     for a store that cannot be read whole
   */
  public static void copy(Path store, Path to) {
    try (Handle handle = open(store)) {
      handle.execute("vacuum into ?", to.toAbsolutePath().toString());
    } catch (RuntimeException e) {
      throw trouble(store, to, e);
    }
  }

  /** What the store holds. */
  public static Content content(Path store) {
    return read(
        store,
        handle ->
            new Content(
                schema(handle),
                handle
                    .select("select value from counters where name = 'revision'")
                    .mapTo(Long.class)
                    .one(),
                handle
                    .select(
                        "select id from incarnations"
                            + " order by first_revision desc, started_at desc limit 1")
                    .mapTo(String.class)
                    .findOne()
                    .orElse(null),
                handle
                    .select("select count(*) from nodes where removed_at is null")
                    .mapTo(Integer.class)
                    .one(),
                objects(handle)));
  }

  /** What SQLite finds wrong in it; empty for a sound one. */
  public static List<String> problems(Path store) {
    return read(
        store,
        handle ->
            handle.select("pragma quick_check(" + PROBLEMS_MAX + ")").mapTo(String.class).stream()
                .filter(line -> !line.equals("ok"))
                .toList());
  }

  private static int schema(Handle handle) {
    return handle
        .select("select max(cast(version as integer)) from flyway_schema_history where success = 1")
        .mapTo(Integer.class)
        .one();
  }

  private static Set<String> objects(Handle handle) {
    Set<String> objects = new LinkedHashSet<>();
    for (String text : handle.select(NAMED).mapTo(String.class)) {
      Matcher matcher = COMMIT.matcher(text == null ? "" : text);
      while (matcher.find()) {
        objects.add(matcher.group());
      }
    }
    return objects;
  }

  private static <T> T read(Path store, Function<Handle, T> question) {
    try (Handle handle = open(store)) {
      return question.apply(handle);
    } catch (RuntimeException e) {
      throw trouble(store, store, e);
    }
  }

  /** A connection for a copy of all rows; references may be broken until its end. */
  public static Connection rows(Path store) {
    return open(store).getConnection();
  }

  /** The highest number that a row of the table ever had; 0 if none had one. */
  public static long newestNumber(Connection store, String table) throws SQLException {
    try (PreparedStatement select =
        store.prepareStatement("select max(seq) from sqlite_sequence where name = ?")) {
      select.setString(1, table);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private static Handle open(Path store) {
    SqliteSchema.requireSqlite(store);
    if (!Files.exists(store)) {
      throw new StoreException("DB_MISSING", store + " is missing");
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + store.toAbsolutePath());
    return Jdbi.create(source).open();
  }

  /** Why it could not be read: {@code DB_BUSY}, {@code DB_DAMAGED}, or what the disk did not do. */
  public static StoreException unread(Path store, RuntimeException failure) {
    return trouble(store, store, failure);
  }

  private static StoreException trouble(Path store, Path written, RuntimeException e) {
    if (e instanceof StoreException known) {
      return known;
    }
    if (SqliteTrouble.isLocked(e)) {
      return new StoreException(
          StoreException.BUSY,
          store + " is locked by another program; nothing was changed, try again when that ended",
          e);
    }
    return new SqliteTrouble(written).explained(e) instanceof StoreException disk
        ? disk
        : new StoreException(
            "DB_DAMAGED",
            store
                + " cannot be read whole: "
                + e.getMessage()
                + "; restore it from a backup (docs/operating/recover.md)",
            e);
  }
}
