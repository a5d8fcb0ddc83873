package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Two servers of this process on one database, each with keys of its own. Neither runs yet.
 *
 * @param token of an administrator
 */
record ServerPair(ServerConfig first, ServerConfig second, String token) {
  /** Below that folder; both configurations have these lines as well. */
  static ServerPair make(Path directory, String... more) throws Exception {
    String url = TestPostgres.shared().newDatabase();
    ServerConfig first = config(directory, "first", url, more);
    ServerConfig second = config(directory, "second", url, more);
    String state = first.state().toString();
    String init = RanCommand.of("init", "--state", state, "-o", "json").out();
    String token = PullcordJson.wire().readTree(init).path("adminToken").asText();
    String file = directory.resolve("first.yaml").toString();
    RanCommand moved = RanCommand.of("migrate-store", "--config", file, "--state", state);
    assertThat(moved.code()).as(moved.err()).isZero();
    RanCommand.of("init", "--state", second.state().toString());
    Files.copy(first.state().resolve("store.json"), second.state().resolve("store.json"));
    return new ServerPair(first, second, token);
  }

  private static ServerConfig config(Path directory, String name, String url, String... more)
      throws IOException {
    Path file = directory.resolve(name + ".yaml");
    List<String> lines =
        new ArrayList<>(
            List.of("listen: 127.0.0.1:" + free(), "agents: 127.0.0.1:" + free(), "store: " + url));
    lines.addAll(List.of(more));
    return ServerConfig.read(Files.write(file, lines)).in(directory.resolve(name));
  }

  private static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /**
   * Starts one beside the other.
   *
   * @param waits is counted down when it is a standby
   */
  static CompletableFuture<ServerAssembly> start(ServerConfig server, CountDownLatch waits) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return ServerAssembly.start(
            server, PortRoutes.Table.STANDARD, new ClosingStack(), waits::countDown);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }
}
