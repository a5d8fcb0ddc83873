package dev.pullcord.server.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.OlderStore;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreContract;
import dev.pullcord.server.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.NativeLibraryNotFoundException;

class SqliteStoreTest extends StoreContract {
  @TempDir Path directory;

  @Override
  protected Store open() {
    return TestStore.open(directory.resolve("store.db"));
  }

  private void sql(Path file, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private StoreException refused(Path file) {
    return catchThrowableOfType(StoreException.class, () -> SqliteStore.open(file));
  }

  @Test
  void aLibraryThatCannotBeLoadedIsNoDamageOfTheStoreAndSaysWhatToDo() {
    RuntimeException failure =
        new IllegalStateException(
            new SQLException(new NativeLibraryNotFoundException("No native library found")));

    assertThat(new SqliteTrouble(Path.of("store.db")).explained(failure))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("mounted noexec")
        .hasMessageContaining("-Dorg.sqlite.tmpdir=DIR")
        .hasMessageNotContaining("backup");
  }

  @Test
  void fileThatIsNoDatabaseIsRefusedAndLeftAsItIs() throws Exception {
    Path file = Files.writeString(directory.resolve("other.db"), "name: pullcord\n");

    StoreException refusal = refused(file);

    assertThat(refusal.code()).isEqualTo("DB_NOT_SQLITE");
    assertThat(refusal).hasMessageContaining(file.toString());
    assertThat(file).hasContent("name: pullcord\n");
  }

  @Test
  void whatNobodyReadsOfARemovedNodeIsNotKept() throws Exception {
    Path file = directory.resolve("removed.db");
    SqliteStore.open(file).close();
    sql(
        file,
        "insert into nodes (id, name, key_id, labels, ref, join_token, enrolled_at, state,"
            + " state_since, decision, orders, contact, suspension) values (1, 'a', 'k', 'secret',"
            + " 'main', 't', 1, 'HELD', 1, 'secret', 'secret', 'secret', 'secret')");
    try (Store opened = SqliteStore.open(file)) {
      opened.write(tables -> {
        tables.nodes().remove(1, new NodeTable.Removal("ada", Instant.EPOCH));
        return 0;
      });
    }

    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "select labels, coalesce(state, state_since, decision, orders, contact, suspension)"
                    + " as rest, name, removed_by from nodes")) {
      assertThat(row.getString("labels")).isEqualTo("{}");
      assertThat(row.getString("rest")).isNull();
      assertThat(row.getString("name")).isEqualTo("a");
      assertThat(row.getString("removed_by")).isEqualTo("ada");
    }
  }

  @Test
  void databaseOfANewerProgramIsRefused() throws Exception {
    Path file = directory.resolve("newer.db");
    SqliteStore.open(file).close();
    sql(
        file,
        "insert into flyway_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success) values (999, '999', 'later',"
            + " 'SQL', 'V999__later.sql', 1, 'x', 1, 1)");

    StoreException refusal = refused(file);

    assertThat(refusal.code()).isEqualTo("DB_NEWER");
    assertThat(refusal).hasMessageContaining("newer pullcord-server");
  }

  @Test
  void storeOfTheVersionBeforeIsReadAsItWasWritten() throws Exception {
    Path file = directory.resolve("older.db");
    Flyway.configure()
        .dataSource("jdbc:sqlite:" + file, null, null)
        .locations("classpath:dev/pullcord/server/store/sqlite")
        .target("19")
        .load()
        .migrate();
    sql(file, OlderStore.rows().toArray(String[]::new));

    try (Store store = SqliteStore.open(file)) {
      OlderStore.assertReadBy(store);
    }
  }

  @Test
  void storeThatThisVersionMadeIsCurrentAndOneWithAnotherHistoryIsNot() throws Exception {
    Path file = directory.resolve("made.db");
    SqliteStore.open(file).close();

    try (Connection made = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      assertThat(SqliteSchema.isCurrent(made))
          .as("SqliteSchema says how many migrations there are, and the sum of their checksums")
          .isTrue();
      sql(file, "update flyway_schema_history set success = 0 where version = '19'");
      assertThat(SqliteSchema.isCurrent(made)).isFalse();
      sql(file, "delete from flyway_schema_history where version = '19'");
      assertThat(SqliteSchema.isCurrent(made)).isFalse();
    }
  }

  @Test
  void storeThatAnotherMigrationOfTheSameNumberMadeIsRefused() throws Exception {
    Path file = directory.resolve("other.db");
    SqliteStore.open(file).close();
    sql(file, "update flyway_schema_history set checksum = checksum + 1 where version = '4'");

    assertThat(refused(file).code()).isEqualTo("DB_FOREIGN");
  }

  @Test
  void databaseOfAnotherProgramIsRefused() throws Exception {
    Path file = directory.resolve("foreign.db");
    sql(file, "create table songs (name text)");

    assertThat(refused(file).code()).isEqualTo("DB_FOREIGN");
  }

  @Test
  void emptyFileIsANewStore() throws Exception {
    Path file = Files.createFile(directory.resolve("empty.db"));
    try (Store store = SqliteStore.open(file)) {
      assertThat(store.<Long>read(t -> t.revisions().newest())).isZero();
    }
  }

  @Test
  void auditOfAnOlderProgramIsReadWithoutFromWhere() throws Exception {
    Path file = directory.resolve("older.db");
    Flyway.configure()
        .dataSource("jdbc:sqlite:" + file, null, null)
        .locations("classpath:dev/pullcord/server/store/sqlite")
        .target("2")
        .load()
        .migrate();
    sql(
        file,
        "insert into audit (at, who, what, subject, after_text) values (5, 'ann', 'pin', 'a', 'x')",
        "insert into audit (at, who, what, subject) values (6, 'unknown', 'join.refused', 'b')");

    try (Store store = SqliteStore.open(file)) {
      Instant at = Instant.ofEpochMilli(6);
      List<AuditTable.Act> audit = store.read(t -> t.audit().newest(9));
      assertThat(audit)
          .containsExactly(
              new AuditTable.Act(at, "unknown", null, "join.refused", "b", null, null, true, 1),
              new AuditTable.Act(at.minusMillis(1), "ann", "pin", "a", null, "x"));
    }
  }

  @Test
  void directoryThatIsNotThereIsNamed() {
    StoreException refusal = refused(directory.resolve("missing/store.db"));
    assertThat(refusal.code()).isEqualTo("DB_OPEN");
    assertThat(refusal).hasMessageContaining("missing");
  }
}
