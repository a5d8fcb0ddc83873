package dev.pullcord.server.store.sqlite;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;

/** Brings the file to this program's schema, or refuses and leaves it as it is. */
final class SqliteSchema {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** How many migrations this version has, and the sum of their checksums as Flyway notes them. */
  private static final int MIGRATIONS = 20;

  private static final long CHECKSUMS = -712_417_766L;

  private SqliteSchema() {}

  /** An empty or absent file is a new store; anything else has to be SQLite. */
  static void requireSqlite(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(MAGIC.length);
      if (head.length > 0 && !Arrays.equals(head, MAGIC)) {
        throw new StoreException(
            "DB_NOT_SQLITE",
            file + " is not a SQLite database; restore it from a backup, or move it away");
      }
    } catch (IOException e) {
      throw new StoreException("DB_OPEN", FileFault.of(e, file), e);
    }
  }

  /**
   * Whether the file says that it has each migration of this version, and no other. That is so at
   * nearly every start, and Flyway takes far longer to find it out.
   */
  static boolean isCurrent(Connection connection) {
    String noted = "select count(*), sum(checksum), min(success) from flyway_schema_history";
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(noted)) {
      return found.next()
          && found.getInt(1) == MIGRATIONS
          && found.getLong(2) == CHECKSUMS
          && found.getBoolean(3);
    } catch (SQLException _) {
      return false; // it is new, or Flyway says what is wrong with it
    }
  }

  static void migrate(DataSource source, Path file) {
    try {
      Flyway flyway = flyway(source);
      refuseNewer(flyway, file);
      flyway.migrate();
    } catch (FlywayException e) {
      throw new StoreException(
          "DB_FOREIGN", file + " cannot be brought to this version's schema: " + e.getMessage(), e);
    }
  }

  /** Refuses a schema that is not this version's, and changes nothing. */
  static void requireCurrent(DataSource source, Path file) {
    try {
      Flyway flyway = flyway(source);
      refuseNewer(flyway, file);
      if (flyway.info().pending().length > 0) {
        throw new StoreException(
            "DB_OLDER",
            file
                + " is of an older pullcord-server than this command; start the server of this"
                + " version once (systemctl restart pullcord-server), then try again");
      }
    } catch (FlywayException e) {
      throw new StoreException("DB_FOREIGN", file + " is no store: " + e.getMessage(), e);
    }
  }

  private static Flyway flyway(DataSource source) {
    return Flyway.configure()
        .dataSource(source)
        .locations("classpath:dev/pullcord/server/store/sqlite")
        .validateMigrationNaming(true)
        .load();
  }

  private static void refuseNewer(Flyway flyway, Path file) {
    boolean newer =
        Arrays.stream(flyway.info().applied())
            .anyMatch(m -> m.getState() == MigrationState.FUTURE_SUCCESS);
    if (newer) {
      throw new StoreException(
          "DB_NEWER",
          file
              + " was written by a newer pullcord-server; install that version again, or restore"
              + " the backup that was made before the upgrade");
    }
  }
}
