package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.client.ServerReply;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Three servers on one database, each with a way to it of its own that can be cut. A server that
 * ends is started again, as systemd does it.
 */
final class ServerTrio implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration HICCUP = Duration.ofSeconds(4);

  private final TestPostgres postgres;
  private final String database;
  private final List<DatabaseServer> servers = new ArrayList<>();
  private final List<CutRelay> ways = new ArrayList<>();
  private @Nullable DatabaseServer away;

  ServerTrio(Path directory) throws Exception {
    postgres = TestPostgres.start(directory.resolve("postgres"));
    database = postgres.newDatabase();
    int port = Integer.parseInt(database.replaceAll("^.*:(\\d+)/.*$", "$1"));
    DatabaseServer one = DatabaseServer.make(directory, database);
    servers.addAll(List.of(one, one.copy("two"), one.copy("three")));
    for (DatabaseServer server : servers) {
      CutRelay way = new CutRelay(port);
      ways.add(way);
      server.databaseAt(way.port());
      server.start();
    }
    whole();
  }

  List<DatabaseServer> all() {
    return List.copyOf(servers);
  }

  /** The one that says that it is ready; waits for it. */
  DatabaseServer active() {
    return Eventually.within(LIMIT)
        .until(
            "a server is active",
            () -> servers.stream().filter(s -> s != away && s.isReady()).findFirst(),
            java.util.Optional::isPresent)
        .orElseThrow();
  }

  /** Until each of them runs, and all but one wait. */
  void whole() {
    Eventually.within(LIMIT)
        .isTrue(
            "one is active and two wait",
            () -> {
              servers.forEach(this::startedAgain);
              return servers.stream().filter(DatabaseServer::isReady).count() == 1
                  && servers.stream().filter(DatabaseServer::isStandby).count() == 2;
            });
  }

  private void startedAgain(DatabaseServer server) {
    if (!server.isAlive()) {
      try {
        server.start();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Shoots, and returns when a server is active again; {@link #whole} comes after that. */
  void after(Shot shot) throws IOException {
    DatabaseServer target = active();
    switch (shot) {
      case KILL -> {
        target.kill();
        active();
        target.start();
      }
      case KILL_STANDBY -> {
        DatabaseServer waits = servers.stream().filter(s -> s != target).findFirst().orElseThrow();
        waits.kill();
        waits.start();
      }
      case DATABASE -> {
        postgres.kill();
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        postgres.startAgain();
        active();
      }
      case HICCUP -> {
        target.signal("-STOP");
        LockSupport.parkNanos(HICCUP.toNanos());
        target.signal("-CONT");
        active();
      }
      case PAUSE -> {
        target.signal("-STOP");
        replaced(target);
      }
      case CUT -> {
        ways.get(servers.indexOf(target)).cut();
        replaced(target);
      }
    }
  }

  private void replaced(DatabaseServer server) {
    away = server;
    active();
  }

  /** What was paused or cut off is there again, and writes nothing. */
  void back(String stale) throws IOException {
    DatabaseServer server = away;
    away = null;
    if (server == null) {
      return;
    }
    ways.get(servers.indexOf(server)).mend();
    server.signal("-CONT");
    for (int i = 0; i < 20 && server.isAlive(); i++) {
      writesOnlyWhereItIsActive(server, stale + i);
    }
  }

  /**
   * Which server is active is read from the database itself, before and after. One that says
   * beforehand that it is a standby has the active one take the note.
   */
  private void writesOnlyWhereItIsActive(DatabaseServer server, String note) {
    boolean standby = server.isStandby();
    boolean before = has(server);
    boolean took = server.note(note) instanceof ServerReply.Got;
    boolean after = has(server);
    assertThat(took && !standby && !before && !after)
        .as(server.url() + " was replaced, and has acknowledged " + note)
        .isFalse();
  }

  private boolean has(DatabaseServer server) {
    return postgres.isTrue(
        database, "select server = '" + server.agentsUrl() + "' from store_holder");
  }

  @Override
  public void close() throws IOException {
    servers.forEach(DatabaseServer::close);
    for (CutRelay way : ways) {
      way.close();
    }
    postgres.close();
  }
}
