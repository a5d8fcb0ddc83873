package dev.pullcord.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.LocalCommands;
import dev.pullcord.agent.rig.HoppingClock;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health of kind http and tcp, against workers that answer in every way. */
class LoopbackHealthTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String OK = "HTTP/1.1 200 OK";
  private static final Map<String, String> GENERATION =
      Map.of("PULLCORD_COMMIT", "abc123", "PULLCORD_GENERATION", "7");

  @TempDir Path temp;
  private final Masks masks = new Masks();

  private HealthVerdict await(
      HealthCheck check, Duration deadline, BooleanSupplier alive, BooleanSupplier cancelled) {
    return await(HostClock.system(), check, deadline, alive, cancelled);
  }

  private HealthVerdict await(
      HostClock clock,
      HealthCheck check,
      Duration deadline,
      BooleanSupplier alive,
      BooleanSupplier cancelled) {
    HealthSpec spec = new HealthSpec(check, Duration.ofSeconds(1), 1, deadline);
    return new HealthGate(new LocalCommands(temp, clock), clock, masks)
        .await(new HealthGate.Patient(spec, alive, temp, GENERATION), cancelled);
  }

  private HealthVerdict await(HealthCheck check, Duration deadline) {
    return await(check, deadline, () -> true, () -> false);
  }

  private static HealthCheck http(String url, @Nullable Integer status, @Nullable String body) {
    return new HealthCheck.Http(url, status, body, LONG);
  }

  /** Why it is not well, when the deadline comes after the first try, however long that took. */
  private String unwell(HealthCheck check) {
    HealthVerdict verdict = await(new HoppingClock(), check, SOON, () -> true, () -> false);
    assertThat(verdict).isInstanceOf(HealthVerdict.Unwell.class);
    return ((HealthVerdict.Unwell) verdict).reason();
  }

  @Test
  void anyGoodStatusIsWellWhenNoneIsAskedFor() throws IOException {
    try (FakeWorker worker = FakeWorker.saying("HTTP/1.1 204 No Content", "", "")) {
      assertThat(await(http(worker.url("/well"), null, null), LONG))
          .isEqualTo(new HealthVerdict.Well("GET " + worker.url("/well") + ": status 204"));
    }
  }

  @Test
  void anotherStatusThanTheOneAskedForIsNotWell() throws IOException {
    try (FakeWorker worker = FakeWorker.saying(OK, "Content-Length: 2", "", "ok")) {
      assertThat(unwell(http(worker.url("/"), 204, null)))
          .isEqualTo(
              "health: not well once within 10s; GET "
                  + worker.url("/")
                  + ": status 200; 204 is expected");
    }
  }

  @Test
  void aWorkerThatStartsIsAskedUntilItListens() throws IOException {
    FakeWorker worker =
        new FakeWorker((out, number) ->
            out.write(
                ((number < 4 ? "HTTP/1.1 503 Starting" : OK) + "\r\n\r\nnot yet")
                    .getBytes(StandardCharsets.UTF_8)));
    try (worker) {
      assertThat(await(http(worker.url("/"), null, null), LONG))
          .isInstanceOf(HealthVerdict.Well.class);
      assertThat(worker.asked()).isEqualTo(4);
    }
  }

  @Test
  void aRedirectIsNotFollowedAndIsNotWell() throws IOException {
    try (FakeWorker other = FakeWorker.saying(OK, "", "");
        FakeWorker worker =
            FakeWorker.saying("HTTP/1.1 302 Found", "Location: " + other.url("/login"), "", "")) {
      assertThat(unwell(http(worker.url("/"), null, null)))
          .contains("status 302, a redirect to " + other.url("/login"), "is not followed")
          .contains("200 to 299 is expected");
      assertThat(other.asked()).isZero();
      assertThat(await(http(worker.url("/"), 302, null), LONG))
          .isInstanceOf(HealthVerdict.Well.class);
    }
  }

  @Test
  void theTextThatIsAskedForTellsThisReleaseFromAnother() throws IOException {
    try (FakeWorker worker = FakeWorker.saying(OK, "", "commit abc123, generation 7")) {
      HealthCheck ours = http(worker.url("/"), null, "commit {commit}, generation {generation}");
      HealthCheck other = http(worker.url("/"), null, "generation 8");

      assertThat(await(ours, LONG)).isInstanceOf(HealthVerdict.Well.class);
      assertThat(unwell(other))
          .endsWith("but \"generation 8\" is not in the answer: commit abc123, generation 7");
    }
  }

  @Test
  void aBodyThatNeverEndsIsWellByItsStatusOrItsTextAndElseNot() throws IOException {
    FakeWorker worker =
        new FakeWorker((out, number) -> {
          out.write((OK + "\r\n\r\nabc123").getBytes(StandardCharsets.UTF_8));
          while (true) {
            out.write(new byte[1000]);
          }
        });
    try (worker) {
      assertThat(await(http(worker.url("/"), null, null), LONG))
          .isInstanceOf(HealthVerdict.Well.class);
      assertThat(await(http(worker.url("/"), null, "{commit}"), LONG))
          .isInstanceOf(HealthVerdict.Well.class);
      assertThat(unwell(http(worker.url("/"), null, "another")))
          .contains("\"another\" is not in the answer");
    }
  }

  @Test
  void aSlowAnswerEndsAtTheTimeLimitOfTheTry() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    FakeWorker slow =
        new FakeWorker((out, number) -> {
          out.write((OK + "\r\n").getBytes(StandardCharsets.UTF_8));
          out.flush();
          never.await();
        });
    FakeWorker atFirst =
        new FakeWorker((out, number) -> {
          if (number < 3) {
            never.await();
          }
          out.write((OK + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        });
    try (slow;
        atFirst) {
      Duration brief = Duration.ofMillis(100);
      assertThat(unwell(new HealthCheck.Http(slow.url("/"), null, null, brief)))
          .endsWith("no whole answer in time");
      assertThat(await(new HealthCheck.Http(atFirst.url("/"), null, null, brief), LONG))
          .isInstanceOf(HealthVerdict.Well.class);
    } finally {
      never.countDown();
    }
  }

  @Test
  void whatIsNoHttpAndHeadersWithoutEndAreNotWell() throws IOException {
    FakeWorker headers =
        new FakeWorker((out, number) -> {
          out.write((OK + "\r\n").getBytes(StandardCharsets.UTF_8));
          while (true) {
            out.write("X-More: and more\r\n".getBytes(StandardCharsets.UTF_8));
          }
        });
    try (FakeWorker worker = FakeWorker.saying("SSH-2.0-OpenSSH_9.2", "");
        headers) {
      assertThat(unwell(http(worker.url("/"), null, null))).contains("no answer that can be read");
      assertThat(unwell(http(headers.url("/"), null, null))).contains("no answer that can be read");
    }
  }

  @Test
  void nothingThatListensIsNamed() throws IOException {
    int free = freePort();

    assertThat(unwell(http("http://127.0.0.1:" + free + "/", null, null)))
        .endsWith("nothing listens there");
    assertThat(unwell(new HealthCheck.Tcp("127.0.0.1", free, LONG)))
        .contains("connecting to 127.0.0.1:" + free);
  }

  @Test
  void anyCertificateWillDoOnLoopback() {
    try (FakeServer server = FakeServer.start()) {
      server.answer("/well", exchange -> FakeServer.respond(exchange, 200, "text/plain", "ok"));

      assertThat(await(http(server.url() + "/well", 200, "ok"), LONG))
          .isInstanceOf(HealthVerdict.Well.class);
    }
  }

  @Test
  void aConnectionThatIsAcceptedIsWellByTcp() throws IOException {
    try (FakeWorker worker = FakeWorker.saying()) {
      assertThat(await(new HealthCheck.Tcp("127.0.0.1", worker.port(), LONG), LONG))
          .isEqualTo(
              new HealthVerdict.Well("connecting to 127.0.0.1:" + worker.port() + ": accepted"));
      assertThat(await(new HealthCheck.Tcp("localhost", worker.port(), LONG), LONG))
          .isInstanceOf(HealthVerdict.Well.class);
    }
  }

  @Test
  void aHostWithoutIpv6SaysWhatItsOtherAddressAnswersByTcp() throws IOException {
    try (FakeWorker worker = FakeWorker.saying()) {
      assertThat(withoutIpv6("localhost", worker.port()))
          .isInstanceOf(HealthProbe.Attempt.Passed.class);
    }
    int free = freePort();
    assertThat(withoutIpv6("localhost", free).output())
        .isEqualTo("connecting to localhost:" + free + ": Connection refused");
    assertThat(withoutIpv6("[::1]", free).output())
        .isEqualTo("connecting to [::1]:" + free + ": this host has no such address");
  }

  /**
   * A port that refuses at once. The port of a closed {@link FakeWorker} may not: while a thread
   * still leaves its {@code accept}, a connection is taken and then reset.
   */
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static HealthProbe.Attempt withoutIpv6(String host, int port) {
    return new TcpProbe(
            HostClock.system(),
            new HealthCheck.Tcp(host, port, LONG),
            () -> SocketChannel.open(StandardProtocolFamily.INET))
        .once(LONG, () -> false);
  }

  @Test
  void aFullQueueOfConnectionsIsNotWellByTcp() throws IOException {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket first = new Socket(full.getInetAddress(), full.getLocalPort());
        Socket second = new Socket(full.getInetAddress(), full.getLocalPort())) {
      assertThat(List.of(first, second)).allMatch(Socket::isConnected);
      assertThat(unwell(new HealthCheck.Tcp("127.0.0.1", full.getLocalPort(), LONG)))
          .endsWith("not accepted in time");
    }
  }

  @Test
  void aWorkerThatDiesFailsAtOnceAndOneThatNobodyWantsIsAbandoned() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    long began = System.nanoTime();
    try (FakeWorker worker = new FakeWorker((out, number) -> never.await())) {
      HealthCheck check = http(worker.url("/"), null, null);

      assertThat(await(check, LONG, () -> System.nanoTime() - began < 300_000_000, () -> false))
          .isInstanceOf(HealthVerdict.Died.class);
      assertThat(await(check, LONG, () -> true, () -> true))
          .isInstanceOf(HealthVerdict.Abandoned.class);
    } finally {
      never.countDown();
    }
  }

  @Test
  void whatIsMaskedElsewhereIsMaskedInAnAnswerToo() throws IOException {
    masks.add("env", List.of("hunter2-and-more"));
    try (FakeWorker worker =
        FakeWorker.saying("HTTP/1.1 500 No", "", "cannot log in with hunter2-and-more")) {
      assertThat(unwell(http(worker.url("/"), null, null)))
          .endsWith("it says cannot log in with ****");
    }
  }
}
