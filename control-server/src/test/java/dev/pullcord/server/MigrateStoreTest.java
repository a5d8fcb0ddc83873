package dev.pullcord.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresStore;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store moves into a database, and the commands work with it there. */
class MigrateStoreTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00.123Z");
  private static final Instant LATER = Instant.parse("2999-01-01T00:00:00Z");

  @TempDir Path directory;
  private Path state;
  private Path config;
  private String url;
  private String token;

  @BeforeEach
  void makeAServer() throws Exception {
    state = directory.resolve("state");
    config = directory.resolve("server.yaml");
    url = TestPostgres.shared().newDatabase();
    String init = RanCommand.of("init", "--state", state.toString(), "-o", "json").out();
    token = PullcordJson.wire().readTree(init).path("adminToken").asText();
    try (Store store = StoreFile.open(state)) {
      store.write(tables -> {
        tables.nodes().insert(node(7));
        tables.nodes().decide(Map.of(7L, decision()));
        tables
            .pins()
            .put(new PinTable.StoredPin(7, "main", true, commit(1), "a", "b", T, LATER, true));
        tables.deployments().create(head(1), T);
        tables.deployments().create(head(2), T);
        tables
            .audit()
            .append(new AuditTable.Act(T, "x", null, "join.refused", "b", null, null, true, 3));
        return tables.revisions().next();
      });
    }
    write("store: " + url);
  }

  private void write(String... lines) throws IOException {
    Files.write(
        config, List.of("listen: 127.0.0.1:0", "agents: 127.0.0.1:0", String.join("\n", lines)));
  }

  private static CommitId commit(int n) {
    return FakeCommits.commit(n);
  }

  private static RefTable.BranchHead head(int n) {
    return new RefTable.BranchHead("main", commit(n), null, "nul \0", "Ada", "ada");
  }

  private static StoredNode node(long id) {
    return StoredNode.joining(
        id,
        new NodeName("a"),
        new NodeKeyId(String.format("%064x", id)),
        new StoredNode.Joined("token", T),
        Map.of("role", "grep"),
        "main");
  }

  private static DesiredState decision() {
    return new DesiredState(
        1, new NodeName("a"), "fleet", "main", commit(1), 1L, null, 0, T, Map.of(), Orders.NONE);
  }

  private RanCommand migrate() {
    return ran("migrate-store", "--config", config.toString());
  }

  private RanCommand ran(String... verb) {
    String[] all = Arrays.copyOf(verb, verb.length + 2);
    all[verb.length] = "--state";
    all[verb.length + 1] = state.toString();
    return RanCommand.of(all);
  }

  private ServerAssembly start() throws IOException {
    return ServerAssembly.start(ServerConfig.read(config).in(state));
  }

  private String whoami(Path served, String secret) throws IOException {
    Request request =
        new Request.Builder()
            .url(
                PullcordJson.wire()
                        .readTree(served.resolve("ports.json").toFile())
                        .path("peopleUrl")
                        .asText()
                    + "/api/v1/whoami")
            .header("Authorization", "Bearer " + secret)
            .build();
    try (Response response = TestServer.client(null).newCall(request).execute()) {
      return response.body().string();
    }
  }

  private static String all(Path state) {
    try (Store store = StoreFile.openBesideServer(state)) {
      return store.read(t -> {
        List<DeploymentTable.StoredDeployment> deployments = t.deployments().page("main", 99, 9);
        return String.join(
            "\n",
            t.nodes().all().toString(),
            t.pins().all().toString(),
            deployments.toString(),
            t.audit().newest(99).toString(),
            t.apiTokens().all().toString(),
            String.valueOf(t.revisions().newest()));
      });
    }
  }

  @Test
  void movesAllRowsAndTheServerRunsOnThem() throws Exception {
    String before = all(state).replace('\0', '\ufffd');
    RanCommand done = migrate();
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out())
        .containsPattern("deployments +2 rows")
        .containsPattern("nodes +1 rows")
        .contains("moved to " + url, "systemctl start pullcord-server");
    assertThat(all(state)).isEqualTo(before);
    assertThat(state.resolve("store.db")).doesNotExist();
    assertThat(migrate().err()).contains("STORE_MOVED").contains("already");

    try (ServerAssembly _ = start()) {
      assertThat(whoami(state, token)).contains("\"role\":\"admin\"");
      String made = ran("admin-token", "-o", "json").out();
      String second = PullcordJson.wire().readTree(made).path("adminToken").asText();
      assertThat(whoami(state, second)).contains("\"role\":\"admin\"");
      assertThat(ran("doctor", "--config", config.toString()).out())
          .contains("in " + url + "; revision 2, 1 node");
    }
    try (Store store = StoreFile.open(state)) {
      assertThat(store.write(t -> t.deployments().create(head(3), T)).id()).isEqualTo(3);
    }
  }

  @Test
  void aBackupOfItIsRestoredIntoAFile() throws Exception {
    assertThat(migrate().code()).isZero();
    Path backup = directory.resolve("b.backup");
    Path restored = directory.resolve("restored");
    try (ServerAssembly _ = start()) {
      RanCommand made = ran("backup", backup.toString());
      assertThat(made.code()).as(made.err()).isZero();
    }
    RanCommand back = RanCommand.of("restore", backup.toString(), "--state", restored.toString());
    assertThat(back.code()).as(back.err()).isZero();
    assertThat(restored.resolve("store.json")).doesNotExist();
    write();
    try (ServerAssembly _ = ServerAssembly.start(ServerConfig.read(config).in(restored))) {
      assertThat(whoami(restored, token)).contains("\"role\":\"admin\"");
    }
    try (Store store = StoreFile.open(restored)) {
      List<PinTable.StoredPin> pins = store.read(t -> t.pins().all());
      assertThat(pins).hasSize(1).allMatch(PinTable.StoredPin::evenFrozen);
      assertThat(store.write(t -> t.deployments().create(head(3), T)).id()).isGreaterThan(2);
    }
  }

  @Test
  void aServerWithNothingButTheKeysTakesTheStoreOfTheDatabase() throws Exception {
    RanCommand moved = migrate();
    assertThat(moved.out())
        .containsPattern("repository fleet +1 refs")
        .containsPattern("0 packs, 0 bytes");
    Path host = Files.createDirectory(directory.resolve("host"));
    assertThat(refused(host)).contains("KEY_MISSING");
    Files.setPosixFilePermissions(host, PosixFilePermissions.fromString("rwx------"));
    copyKeys(host);
    try (ServerAssembly _ = ServerAssembly.start(ServerConfig.read(config).in(host))) {
      assertThat(whoami(host, token)).contains("\"role\":\"admin\"");
      assertThat(host.resolve("repositories/fleet.git/HEAD")).exists();
      RanCommand doctor =
          RanCommand.of("doctor", "--state", host.toString(), "--config", config.toString());
      assertThat(doctor.out()).contains("in " + url);
    }
    TestPostgres.shared()
        .sql(url, "insert into git_refs values ('refs/heads/main', '" + commit(1) + "', 'ann')");
    RanCommand backup =
        RanCommand.of("backup", "--state", host.toString(), directory.resolve("x").toString());
    assertThat(backup.code()).isEqualTo(1);
    assertThat(backup.err()).contains("BACKUP_BEHIND", commit(1).toString());
    RanCommand doctor =
        RanCommand.of("doctor", "--state", host.toString(), "--config", config.toString());
    assertThat(doctor.out()).contains("start the server: it fetches from the database");
  }

  private void copyKeys(Path host) throws IOException {
    Path keys = Files.createDirectory(host.resolve("tls"));
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rwx------"));
    try (Stream<Path> files = Files.list(state.resolve("tls"))) {
      for (Path file : files.toList()) {
        Files.copy(file, keys.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  @Test
  void aDatabaseThatHasRowsIsRefusedAndNothingChanges() throws Exception {
    assertThat(migrate().code()).isZero();
    Path other = directory.resolve("other");
    RanCommand.of("init", "--state", other.toString());
    RanCommand refused =
        RanCommand.of("migrate-store", "--state", other.toString(), "--config", config.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("DB_NOT_EMPTY", "createdb");
    assertThat(other.resolve("store.db")).exists();
    assertThat(other.resolve("store.json")).doesNotExist();
    assertThat(all(state)).contains("role=grep");
  }

  /** As a run leaves it that was killed right behind its commit. */
  private void forgetTheMove() throws IOException {
    Files.delete(state.resolve("store.json"));
    Files.move(state.resolve("store.db-before-postgresql"), state.resolve("store.db"));
  }

  @Test
  void aRunThatWasKilledBehindItsCommitIsEndedByTheNext() throws Exception {
    assertThat(migrate().code()).isZero();
    String id = Files.readString(state.resolve("store.json"));
    forgetTheMove();
    RanCommand again = migrate();
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out())
        .contains("copied already", "moved to " + url)
        .containsPattern("deployments +2 rows");
    assertThat(state.resolve("store.json")).content().isEqualTo(id);
    assertThat(state.resolve("store.db")).doesNotExist();
    try (ServerAssembly _ = start()) {
      assertThat(whoami(state, token)).contains("\"role\":\"admin\"");
    }
  }

  @Test
  void aCopyThatTheServerHasGoneOnWithoutIsNotTakenForTheStore() throws Exception {
    assertThat(migrate().code()).isZero();
    forgetTheMove();
    TestPostgres.shared().sql(url, "update pins set owner = 'y'");
    RanCommand refused = migrate();
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("DB_NOT_EMPTY", "not just those of this store", "createdb");
    assertThat(state.resolve("store.db")).exists();
    assertThat(state.resolve("store.json")).doesNotExist();
  }

  private void inFile(String statement) throws SQLException {
    try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + state.resolve("store.db"));
        Statement run = file.createStatement()) {
      run.execute(statement);
    }
  }

  @Test
  void aFileWithAnotherColumnIsAnotherStoreThanTheDatabase() throws Exception {
    assertThat(migrate().code()).isZero();
    forgetTheMove();
    inFile("alter table pins rename column reason to motive");
    assertThat(migrate().err()).contains("DB_NOT_EMPTY", "not just those of this store");
  }

  @Test
  void aPageOfTheFileThatIsDamagedIsNotTakenForAnotherStore() throws Exception {
    assertThat(migrate().code()).isZero();
    forgetTheMove();
    int root;
    int size;
    try (Connection file = DriverManager.getConnection("jdbc:sqlite:" + state.resolve("store.db"));
        Statement run = file.createStatement()) {
      root = run.executeQuery("select rootpage from sqlite_master where name = 'pins'").getInt(1);
      size = run.executeQuery("pragma page_size").getInt(1);
    }
    try (FileChannel pages =
        FileChannel.open(state.resolve("store.db"), StandardOpenOption.WRITE)) {
      pages.write(ByteBuffer.wrap("?".repeat(size).getBytes(UTF_8)), (root - 1L) * size);
    }
    assertThat(migrate().err())
        .contains("DB_DAMAGED", "restore it from a backup")
        .doesNotContain("DB_NOT_EMPTY");
  }

  @Test
  void aTableThatMayNotBeReadIsNeitherAnotherStoreNorADamagedOne() throws Exception {
    assertThat(migrate().code()).isZero();
    forgetTheMove();
    TestPostgres.shared().sql(url, "create role narrow login");
    TestPostgres.shared().sql(url, "grant select on all tables in schema public to narrow");
    TestPostgres.shared().sql(url, "revoke select on pins from narrow");
    write("store: " + url.replace("postgres@", "narrow@"));
    assertThat(migrate().err())
        .contains("DB_COPY", "permission denied for table pins", "migrate-store again")
        .doesNotContain("DB_NOT_EMPTY", "DB_DAMAGED");
  }

  @Test
  void aDatabaseThatGoesAwayInTheComparisonIsNotTakenForAnotherStore() throws Exception {
    assertThat(migrate().code()).isZero();
    forgetTheMove();
    String ends =
        "select coalesce(bool_or(pg_terminate_backend(pid)), false) from pg_stat_activity"
            + " where datname = current_database() and wait_event_type = 'Lock'";
    RanCommand ended;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection other =
            DriverManager.getConnection("jdbc:" + url.replace("postgres@", "") + "?user=postgres");
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("lock table pins in access exclusive mode");
      Future<RanCommand> run = threads.submit(this::migrate);
      Eventually.within(Duration.ofSeconds(60))
          .isTrue("it waits for the table", () -> TestPostgres.shared().isTrue(url, ends));
      ended = run.get();
    }
    assertThat(ended.err())
        .contains("does not answer")
        .doesNotContain("DB_NOT_EMPTY", "DB_DAMAGED", "DB_COPY");
    assertThat(migrate().out()).contains("copied already");
  }

  @Test
  void aCopyThatFailsLeavesNoRowAndIsRepeated() throws Exception {
    PostgresAddress address = new PostgresAddress(url, null);
    PostgresStore.open(address, "x", null).close();
    TestPostgres.shared().sql(url, "alter table pins add constraint x check (owner = 'y')");
    RanCommand failed = migrate();
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("DB_COPY");
    assertThat(state.resolve("store.db")).exists();
    try (Store store = PostgresStore.openBesideServer(address)) {
      List<StoredNode> nodes = store.read(t -> t.nodes().all());
      assertThat(nodes).isEmpty();
    }
    TestPostgres.shared().sql(url, "alter table pins drop constraint x");
    assertThat(migrate().code()).isZero();
  }

  @Test
  void aServerThatRunsIsNotMoved() throws Exception {
    write();
    try (ServerAssembly _ = start()) {
      write("store: " + url);
      RanCommand refused = migrate();
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("stop that one first");
    }
  }

  @Test
  void configurationAndDirectoryHaveToAgree() throws Exception {
    assertThat(refused(state)).contains("STORE_NOT_MOVED", "pullcord-server migrate-store");
    assertThat(migrate().code()).isZero();
    write();
    assertThat(refused(state)).contains("STORE_MOVED", "store: " + url);
    assertThat(migrate().err()).contains("STORE_MOVED");
    write("store: " + TestPostgres.shared().newDatabase());
    assertThat(refused(state)).contains("has no store", "not the one of this state directory");
    write("store: " + url.replace("127.0.0.1", "localhost"));
    start().close();
    assertThat(state.resolve("store.json")).content().contains("localhost");
  }

  /** Not by the verb {@code run}, after which a dead thread is the end of this process. */
  private String refused(Path served) {
    return String.valueOf(
        catchThrowable(() -> ServerAssembly.start(ServerConfig.read(config).in(served)))
            .getMessage());
  }

  @Test
  void thePasswordIsReadFromItsFileAndIsInNoMessage() throws Exception {
    Path secret = Files.writeString(directory.resolve("secret"), "correct horse\n");
    write("store: " + url, "store-password-file: " + secret);
    RanCommand done = migrate();
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(state.resolve("store.json")).content().contains(secret.toString());
    assertThat(done.out() + Files.readString(state.resolve("store.json")))
        .doesNotContain("correct horse");
    Files.delete(secret);
    assertThat(refused(state)).contains("store-password-file", secret.toString());
  }
}
