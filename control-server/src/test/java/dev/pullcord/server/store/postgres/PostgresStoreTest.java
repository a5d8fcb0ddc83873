package dev.pullcord.server.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.OlderStore;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreContract;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.testkit.TestPostgres;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresStoreTest extends StoreContract {
  private final PostgresAddress address = MadeDatabase.address();

  private static PostgresAddress newDatabase() {
    try {
      return new PostgresAddress(TestPostgres.shared().newDatabase(), null);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected Store open() {
    return PostgresStore.open(address, "server one", null);
  }

  private static StoreException refused(PostgresAddress address, @Nullable String id) {
    return catchThrowableOfType(
        StoreException.class, () -> PostgresStore.open(address, "server two", id).close());
  }

  @Test
  void aSecondServerIsRefusedWithTheNameOfTheFirst() {
    StoreException refusal = refused(address, null);

    assertThat(refusal.code()).isEqualTo("DB_IN_USE");
    assertThat(refusal).hasMessageContaining("in use by server one");
  }

  @Test
  void textWithNulIsKeptWithAnotherSignInItsPlace() {
    AuditTable.Act act = new AuditTable.Act(Instant.EPOCH, "ann", "note", "a", null, "x\0y");
    List<AuditTable.Act> kept;
    try (Store beside = PostgresStore.openBesideServer(address)) {
      beside.write(tables -> {
        tables.audit().append(act);
        return null;
      });
      kept = beside.read(t -> t.audit().newest(9));
    }
    assertThat(kept).extracting(AuditTable.Act::after).containsExactly("x\ufffdy");
  }

  @Test
  void databaseOfANewerProgramIsRefused() throws Exception {
    PostgresAddress newer = newDatabase();
    PostgresStore.open(newer, "x", null).close();
    TestPostgres.shared()
        .sql(
            newer.url(),
            "insert into flyway_schema_history (installed_rank, version, description, type, script,"
                + " checksum, installed_by, execution_time, success) values (999, '999', 'later',"
                + " 'SQL', 'V999__later.sql', 1, 'x', 1, true)");

    assertThat(refused(newer, null).code()).isEqualTo("DB_NEWER");
  }

  private static PostgresAddress ofTheVersionBefore() throws SQLException {
    PostgresAddress older = newDatabase();
    Flyway.configure()
        .dataSource(older.migrating())
        .locations("classpath:dev/pullcord/server/store/postgres")
        .target("20")
        .load()
        .migrate();
    for (String row : OlderStore.rows()) {
      TestPostgres.shared().sql(older.url(), row);
    }
    return older;
  }

  @Test
  void databaseOfTheVersionBeforeIsReadAsItWasWritten() throws Exception {
    try (Store store = PostgresStore.open(ofTheVersionBefore(), "x", null)) {
      OlderStore.assertReadBy(store);
    }
  }

  @Test
  void aMigrationSaysForWhichDumpItWaitsAndGoesOnWhenThatHasEnded() throws Exception {
    PostgresAddress older = ofTheVersionBefore();
    PGSimpleDataSource source = older.source();
    source.setApplicationName("pg_dump");
    try (Handle dump = Jdbi.create(source).open();
        Handle holder = new PostgresConnections(older).open()) {
      dump.begin();
      dump.execute("lock table steps in access share mode");
      MigrationWait wait = new MigrationWait(holder, "server one");
      List<String> said = new ArrayList<>();

      PostgresSchema.migrate(
          older,
          () -> {
            wait.look();
            said.add(wait.said());
            dump.commit();
          });

      assertThat(said)
          .singleElement()
          .satisfies(who -> assertThat(who).matches("pg_dump \\(pid \\d+\\)"));
      assertThat(PostgresSchema.isCurrent(holder)).isTrue();
    }
  }

  @Test
  void databaseThatThisVersionMadeIsCurrentAndOneWithAnotherHistoryIsNot() throws Exception {
    PostgresAddress made = newDatabase();
    PostgresStore.open(made, "x", null).close();

    try (Handle handle = new PostgresConnections(made).open()) {
      assertThat(PostgresSchema.isCurrent(handle))
          .as("PostgresSchema says how many migrations there are, and the sum of their checksums")
          .isTrue();
      handle.execute("update flyway_schema_history set success = false where version = '20'");
      assertThat(PostgresSchema.isCurrent(handle)).isFalse();
      handle.execute("delete from flyway_schema_history where version = '20'");
      assertThat(PostgresSchema.isCurrent(handle)).isFalse();
    }
  }

  @Test
  void databaseThatAnotherMigrationOfTheSameNumberMadeIsRefused() throws Exception {
    PostgresAddress other = newDatabase();
    PostgresStore.open(other, "x", null).close();
    TestPostgres.shared()
        .sql(
            other.url(),
            "update flyway_schema_history set checksum = checksum + 1 where version = '17'");

    assertThat(refused(other, null).code()).isEqualTo("DB_FOREIGN");
  }

  @Test
  void databaseOfAnotherProgramIsRefused() throws Exception {
    PostgresAddress foreign = newDatabase();
    TestPostgres.shared().sql(foreign.url(), "create table songs (name text)");

    assertThat(refused(foreign, null).code()).isEqualTo("DB_FOREIGN");
  }

  @Test
  void storeOfAnotherServerOrNoneIsRefusedWhereOneIsExpected() {
    PostgresAddress other = newDatabase();
    assertThat(refused(other, "id")).hasMessageContaining("has no store");
    PostgresStore.open(other, "x", null).close();
    StoreException refusal = refused(other, "id");

    assertThat(refusal.code()).isEqualTo("DB_OTHER");
    assertThat(refusal).hasMessageContaining("another server's store");
  }

  @Test
  void databaseThatIsNotThereIsNamed() {
    StoreException nobody =
        refused(new PostgresAddress("postgresql://ann@127.0.0.1:1/fleet", null), null);
    assertThat(nobody.code()).isEqualTo("DB_AWAY");
    assertThat(nobody).hasMessageContaining("postgresql://ann@127.0.0.1:1/fleet");
    StoreException absent = refused(new PostgresAddress(address.url() + "x", null), null);
    assertThat(absent).hasMessageContaining("does not exist");
  }

  @Test
  void addressWithAPasswordIsRefusedAndNotRepeated() {
    assertThatThrownBy(() -> new PostgresAddress("postgresql://ann:secret@db/fleet", null))
        .hasMessageContaining("store-password-file")
        .hasMessageNotContaining("secret");
    for (String wrong :
        List.of("postgresql://db/fleet", "mysql://ann@db/fleet", "postgresql://ann@db/", "a b")) {
      assertThatThrownBy(() -> new PostgresAddress(wrong, null)).hasMessageContaining("expected");
    }
    assertThatThrownBy(() -> new PostgresAddress("postgresql://ann@db/fleet?password=secret", null))
        .hasMessageNotContaining("secret");
  }
}
