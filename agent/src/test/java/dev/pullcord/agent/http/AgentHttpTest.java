package dev.pullcord.agent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.fake.FakeClock;
import dev.pullcord.agent.fake.FakeServer;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.report.ReportMessages.Session;
import dev.pullcord.protocol.report.ReportMessages.SessionRequest;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AgentHttpTest {
  private static final SessionRequest SELF = new SessionRequest("1", "boot", 0);
  private final FakeServer server = FakeServer.start();
  private final NodeKey key = NodeKey.generate();
  private final AgentHttp http = new AgentHttp(server.address(), key, HostClock.system());

  @AfterEach
  void close() {
    http.close();
    server.close();
  }

  private Answer<Session> session() {
    return http.post("/agent/v1/session", SELF, Session.class);
  }

  @Test
  void isKnownByTheKeyOfItsConnection() {
    server.knows(key, "edge-1");

    assertThat(session()).isInstanceOf(Answer.Value.class);
    assertThat(http.lastContact()).isNotNull();
  }

  @Test
  void tellsARefusalFromAFailure() {
    Answer<Session> answer = session();

    assertThat(answer).isInstanceOf(Answer.Refused.class);
    assertThat(answer.problem()).isEqualTo("NODE_UNKNOWN  the reason");
    assertThat(http.lastContact()).isNull();
  }

  @Test
  void sendsNothingToAServerWithAnotherKey() {
    ServerAddress wrong = new ServerAddress(server.url(), "ab".repeat(32));
    try (AgentHttp misled = new AgentHttp(wrong, key, HostClock.system())) {
      Answer<Session> answer = misled.post("/agent/v1/session", SELF, Session.class);

      assertThat(answer).isInstanceOf(Answer.Failed.class);
      assertThat(answer.problem())
          .contains("PIN_MISMATCH expected " + "ab".repeat(32) + ", got " + server.pin());
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void followsNoRedirect() {
    server.answer(
        "/agent/v1/session",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "https://localhost:1/elsewhere");
          exchange.sendResponseHeaders(307, -1);
        });

    assertThat(session().problem()).startsWith("REDIRECT_REFUSED").contains("elsewhere");
    assertThat(server.requests()).containsExactly("POST /agent/v1/session");
  }

  @Test
  void recognisesACaptivePortal() {
    server.answer(
        "/agent/v1/session",
        exchange -> FakeServer.respond(exchange, 200, "text/html", "<html>sign in</html>"));

    assertThat(session().problem()).startsWith("NOT_PULLCORD").contains("text/html");
  }

  @Test
  void recognisesAProxyThatCannotReachTheServer() {
    server.answer(
        "/agent/v1/session",
        exchange -> FakeServer.respond(exchange, 502, "text/html", "<html>bad</html>"));

    assertThat(session().problem()).startsWith("NOT_PULLCORD").contains("502");
  }

  @Test
  void recognisesJsonOfSomebodyElse() {
    server.answer(
        "/agent/v1/session",
        exchange -> FakeServer.respond(exchange, 200, "application/json", "{\"epoch\": \"x\"}"));

    assertThat(session().problem()).startsWith("NOT_PULLCORD");
  }

  @Test
  void cutsABodyThatIsTooLong() {
    byte[] chunk = new byte[64 << 10];
    Arrays.fill(chunk, (byte) ' ');
    server.answer(
        "/agent/v1/session",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          for (int i = 0; i < 160; i++) {
            out.write(chunk);
          }
        });

    assertThat(session().problem()).startsWith("BODY_TOO_LARGE");
  }

  @Test
  void endsAnAnswerThatDripsWhateverComesStill() {
    CountDownLatch over = new CountDownLatch(1);
    server.answer(
        "/agent/v1/session",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          while (!drop(over)) {
            out.write(' ');
            out.flush();
          }
        });
    Duration limit = Duration.ofMillis(300);
    try (AgentHttp brief = new AgentHttp(server.address(), key, HostClock.system(), limit)) {
      Answer<Session> answer = brief.post("/agent/v1/session", SELF, Session.class);

      assertThat(answer)
          .isInstanceOfSatisfying(
              Answer.Failed.class,
              failed -> assertThat(failed.why()).isEqualTo(Answer.Why.TIMEOUT));
    } finally {
      over.countDown();
    }
  }

  @Test
  void givesUpAPackOfWhichAByteComesNowAndThen() throws Exception {
    FakeClock clock = new FakeClock();
    CountDownLatch over = new CountDownLatch(1);
    server.answer(
        "/pack",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "application/x-pack");
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          while (!drop(over)) {
            clock.manual().advance(Duration.ofSeconds(50));
            out.write('x');
            out.flush();
          }
        });
    try (AgentHttp patient = new AgentHttp(server.address(), key, clock)) {
      InputStream pack = patient.content("/pack", "application/x-pack").orElseThrow();

      assertThatThrownBy(pack::readAllBytes)
          .isInstanceOf(InterruptedIOException.class)
          .hasMessageMatching(
              "only [0-9]+ bytes came in [0-9]+ s, and at least 65536 are expected");
      pack.close();
    } finally {
      over.countDown();
    }
  }

  /** A moment; whether there are to be no more of them. */
  private static boolean drop(CountDownLatch over) {
    try {
      return over.await(10, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Test
  void refusesACompressedBodyItDidNotAskFor() {
    server.answer(
        "/agent/v1/session",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          FakeServer.respond(exchange, 200, "application/json", "{}");
        });

    assertThat(session().problem()).startsWith("NOT_PULLCORD").contains("gzip");
  }

  @Test
  void saysPlainlyThatNobodyIsThere() {
    server.goAway();

    assertThat(session().problem()).contains(server.url()).contains("refused");
  }

  @Test
  void waitsNoLongerThanTenMinutesWhateverTheServerWants() {
    server.answer(
        "/agent/v1/session",
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "1000000000");
          FakeServer.problem(exchange, 503, "BUSY");
        });

    assertThat(session())
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            r -> assertThat(r.retryAfter()).isEqualTo(Duration.ofMinutes(10)));
  }

  @Test
  void escapesWhatAServerPutsIntoARefusal() {
    server.answer(
        "/agent/v1/session",
        exchange ->
            FakeServer.respond(
                exchange,
                400,
                "application/problem+json",
                "{\"code\": \"A\\u001b[2J\", \"detail\": \"x\\ny\"}"));

    assertThat(session().problem()).isEqualTo("A\\u001b[2J  x\\u000ay");
  }

  @Test
  void keepsItsConnectionAlive() {
    Set<InetSocketAddress> from = ConcurrentHashMap.newKeySet();
    server.answer(
        "/agent/v1/session",
        exchange -> {
          from.add(exchange.getRemoteAddress());
          FakeServer.problem(exchange, 503, "BUSY");
        });

    for (int i = 0; i < 5; i++) {
      assertThat(session()).isInstanceOf(Answer.Refused.class);
    }

    assertThat(from).hasSize(1);
  }
}
