package dev.pullcord.testkit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL on loopback, that can be killed and started again; it keeps what it said. */
public final class TestPostgres implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private final @Nullable Path directory;
  private final EmbeddedPostgres server;
  private final List<String> command;

  private TestPostgres(@Nullable Path directory) throws IOException {
    this.directory = directory;
    if (directory == null) {
      Path data = Files.createTempDirectory("pullcord-postgres-");
      this.server =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, data), "end-postgres"));
      this.command = List.of();
      return;
    }
    this.server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setDataDirectory(directory)
            .setRegisterShutdownHook(false)
            .start();
    Path running = Path.of("/proc/" + postmaster(directory).pid() + "/cmdline");
    this.command = List.of(Files.readString(running).split("\0"));
  }

  /**
   * Ends it, and has its files deleted by a process that nobody waits for: there are thousands, and
   * a virtual machine that takes 30 s to end is killed.
   */
  private static void end(EmbeddedPostgres server, Path data) {
    try {
      server.close();
      new ProcessBuilder("rm", "-rf", data.toString()).start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot end " + data, e);
    }
  }

  /** Starts one whose files are in that directory. */
  public static TestPostgres start(Path directory) throws IOException {
    return new TestPostgres(directory);
  }

  /** One for all tests of this process; it ends with it, and forces nothing to disk. */
  public static TestPostgres shared() {
    return Shared.ONE;
  }

  /** The address of a new, empty database. */
  public String newDatabase() throws SQLException {
    return copyOf("template1");
  }

  /** The address of a new database with all that is in another one, which nobody uses just now. */
  public String copyOf(String database) throws SQLException {
    String name = "fleet" + DATABASES.incrementAndGet();
    String copied = database.substring(database.lastIndexOf('/') + 1);
    sql("postgres", "create database " + name + " template " + copied);
    return "postgresql://postgres@127.0.0.1:" + server.getPort() + "/" + name;
  }

  /** Runs a statement in the database of that address, or of that name. */
  public void sql(String database, String statement) throws SQLException {
    try (Connection connection = connection(database);
        Statement run = connection.createStatement()) {
      run.execute(statement);
    }
  }

  private Connection connection(String database) throws SQLException {
    String name = database.substring(database.lastIndexOf('/') + 1);
    return server.getDatabase("postgres", name).getConnection();
  }

  /** Makes a role that is let in by its password only. */
  public void requirePassword(String role, String password) throws IOException, SQLException {
    sql("postgres", "create role " + role + " login password '" + password + "'");
    Path rules = Objects.requireNonNull(directory).resolve("pg_hba.conf");
    String before = Files.readString(rules);
    Files.writeString(rules, "host all " + role + " 127.0.0.1/32 scram-sha-256\n" + before);
    sql("postgres", "select pg_reload_conf()");
  }

  /** What such a question is answered. */
  public boolean isTrue(String database, String question) {
    try (Connection connection = connection(database);
        Statement run = connection.createStatement();
        ResultSet answer = run.executeQuery(question)) {
      return answer.next() && answer.getBoolean(1);
    } catch (SQLException e) {
      throw new IllegalStateException(question, e);
    }
  }

  private static ProcessHandle postmaster(Path directory) throws IOException {
    String pid = Files.readAllLines(directory.resolve("postmaster.pid")).getFirst();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** Ends all of its processes as kill -9 does. */
  public void kill() throws IOException {
    ProcessHandle postmaster = postmaster(Objects.requireNonNull(directory));
    List<ProcessHandle> all =
        Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }

  /** Starts it again at the same address, as it was started before. */
  public void startAgain() throws IOException {
    List<String> again = new ArrayList<>(List.of("unshare", "-U"));
    again.addAll(command);
    new ProcessBuilder(again)
        .redirectErrorStream(true)
        .redirectOutput(Objects.requireNonNull(directory).resolve("again.log").toFile())
        .start();
    Eventually.within(START_LIMIT).isTrue("it answers", this::answers);
  }

  private boolean answers() {
    try (Connection connection = connection("postgres")) {
      return connection.isValid(1);
    } catch (SQLException _) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    if (directory == null) {
      server.close();
    } else {
      kill(); // it would wait for its clients
    }
  }

  private static final class Shared {
    static final TestPostgres ONE = begin();

    private static TestPostgres begin() {
      try {
        return new TestPostgres(null); // its files go when the process ends
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
