package dev.pullcord.server.alert.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pullcord.base.tls.Pem;
import dev.pullcord.server.alert.outbox.Delivery;
import dev.pullcord.testkit.ManualClock;
import dev.pullcord.testkit.TestTls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a request costs, and what it takes of an answer. */
class HttpPostTest {
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir Path directory;
  private final HttpPost http = new HttpPost(ManualClock.atNewYear(), _ -> Proxy.NO_PROXY);

  @AfterEach
  void close() {
    http.close();
  }

  private static HttpPost.Call call(HttpServer server, String scheme, @Nullable Path caFile) {
    URI uri = URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/in");
    return new HttpPost.Call(uri, Map.of(), "{}", caFile, List.of());
  }

  @Test
  void manyRequestsShareAConnection() throws Exception {
    Set<Integer> peers = new ConcurrentSkipListSet<>();
    HttpServer server = HttpServer.create(ANY, 0);
    server.createContext(
        "/",
        exchange -> {
          peers.add(exchange.getRemoteAddress().getPort());
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("ok".getBytes(UTF_8));
          exchange.close();
        });
    server.start();
    try {
      for (int i = 0; i < 50; i++) {
        assertThat(http.send(call(server, "http", null))).isEqualTo(new Delivery.Done());
      }
      assertThat(peers).hasSizeLessThan(10);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void ofAnAnswerWithoutAnEndOnlyTheBeginningIsRead() throws Exception {
    HttpServer server = HttpServer.create(ANY, 0);
    ExecutorService threads = Executors.newCachedThreadPool();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] part = "x".repeat(64 << 10).getBytes(UTF_8);
          try (OutputStream out = exchange.getResponseBody()) {
            while (!Thread.currentThread().isInterrupted()) {
              out.write(part);
            }
          } catch (IOException _) {
            // The client has gone.
          }
        });
    server.start();
    try {
      HttpPost.Answer answer = http.ask(call(server, "http", null));
      assertThat(answer.delivery()).isEqualTo(new Delivery.Done());
      assertThat(answer.body()).hasSize(256 << 10);
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  @Test
  void authoritiesOfAFileThatChangedCountAtTheNextRequest() throws Exception {
    TestTls tls = TestTls.make(directory.resolve("server.p12"));
    TestTls other = TestTls.make(directory.resolve("other.p12"));
    HttpsServer server = HttpsServer.create(ANY, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    Path authorities = directory.resolve("ca.pem");
    try {
      Files.writeString(authorities, Pem.of(other.certificate()));
      assertThat(http.send(call(server, "https", authorities)))
          .isEqualTo(
              new Delivery.Later(
                  "127.0.0.1: its certificate is from no authority that is trusted here; if the"
                      + " host is right, put that authority (or the certificate itself, if it is"
                      + " self-signed) into a file and name it with ca-file"));
      Files.writeString(authorities, Pem.of(tls.certificate()));
      assertThat(http.send(call(server, "https", authorities))).isEqualTo(new Delivery.Done());
      Files.writeString(authorities, "no certificate\n");
      assertThat(http.send(call(server, "https", authorities)))
          .isInstanceOfSatisfying(
              Delivery.Later.class,
              later ->
                  assertThat(later.reason())
                      .startsWith("ca-file: " + authorities)
                      .contains("certificates as PEM expected"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void afterItsEndNothingIsSent() throws Exception {
    HttpServer server = HttpServer.create(ANY, 0);
    server.start();
    try {
      http.close();
      assertThat(http.send(call(server, "http", null)))
          .isEqualTo(new Delivery.Later("the server stops"));
    } finally {
      server.stop(0);
    }
  }
}
