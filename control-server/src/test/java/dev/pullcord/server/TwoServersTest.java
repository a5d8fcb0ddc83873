package dev.pullcord.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.base.tls.PinnedTrust;
import dev.pullcord.base.tls.TlsContexts;
import dev.pullcord.server.config.ServerConfig;
import dev.pullcord.server.http.Address;
import dev.pullcord.server.security.tls.TlsKeys;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers of this process on one database. */
class TwoServersTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final CountDownLatch waits = new CountDownLatch(1);

  @TempDir Path directory;
  private ServerConfig first;
  private ServerConfig second;
  private String token;

  @BeforeEach
  void makeTwoServers() throws Exception {
    ServerPair pair = ServerPair.make(directory);
    first = pair.first();
    second = pair.second();
    token = pair.token();
  }

  private Response get(String url) throws IOException {
    Request request =
        new Request.Builder().url(url).header("Authorization", "Bearer " + token).build();
    return TestServer.client(null).newCall(request).execute();
  }

  private Response people(ServerConfig of, String path) throws IOException {
    return get("https://" + of.listen() + path);
  }

  @Test
  void theSecondWaitsAndSaysWhoIsActiveAndServesWhenTheFirstEnds() throws Exception {
    ServerAssembly active = ServerAssembly.start(first);
    CompletableFuture<ServerAssembly> next = ServerPair.start(second, waits);
    waits.await();
    try {
      waitingServerAnswers();
      Path vouchers = second.tls().resolve("agents.peers.crt");
      Eventually.within(LIMIT).isTrue("the first vouches", () -> vouchers.toFile().length() > 0);
    } finally {
      active.close();
    }
    try (ServerAssembly _ = next.join();
        Response ready = people(second, "/readyz");
        Response who = people(second, "/api/v1/whoami")) {
      assertThat(ready.code()).isEqualTo(200);
      assertThat(who.code()).isEqualTo(200);
      trustsTheSecondByTheKeyOfTheFirst("agents", second.agents());
      trustsTheSecondByTheKeyOfTheFirst("people", second.listen());
    }
  }

  private void trustsTheSecondByTheKeyOfTheFirst(String port, Address of) throws IOException {
    PinnedTrust trust = new PinnedTrust(TlsKeys.load(first.tls(), port).pin());
    try (SSLSocket socket =
        (SSLSocket)
            TlsContexts.client(trust).getSocketFactory().createSocket(of.host(), of.port())) {
      socket.startHandshake();
    }
    assertThat(trust.pins().pin()).isEqualTo(TlsKeys.load(second.tls(), port).pin());
  }

  private void waitingServerAnswers() throws IOException {
    String address = "https://" + first.listen();
    try (Response healthy = people(second, "/healthz")) {
      assertThat(healthy.code()).isEqualTo(200);
      assertThat(healthy.header("X-Frame-Options")).isEqualTo("DENY");
    }
    for (String path : List.of("/readyz", "/metrics")) {
      try (Response no = people(second, path)) {
        assertThat(no.code()).as(path).isEqualTo(503);
        assertThat(no.header("Retry-After")).isEqualTo("1");
        assertThat(no.body().string()).contains("\"STANDBY\"", "active is " + address);
      }
    }
    for (String path : List.of("/agent/v1/desired", "/git/fleet.git/info/refs")) {
      try (Response no = get("https://" + second.agents() + path)) {
        assertThat(no.code()).as(path).isEqualTo(503);
        assertThat(no.body().string()).contains("\"STANDBY\"", "https://" + first.agents());
      }
    }
  }

  @Test
  void startAfterTheFirstHasEndedDoesNotWait() throws Exception {
    ServerAssembly.start(first).close();
    ServerPair.start(second, waits).join().close();
    assertThat(waits.getCount()).isEqualTo(1);
  }
}
