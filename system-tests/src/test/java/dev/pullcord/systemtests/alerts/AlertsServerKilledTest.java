package dev.pullcord.systemtests.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.systemtests.Fleets;
import dev.pullcord.systemtests.SmallWork;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 of the server between an event and its delivery to two receivers: 100 moments with {@code
 * --full}, a sample otherwise. Every event is told, in order, and a kill costs each receiver at
 * most one duplicate.
 */
@SuppressWarnings("NullAway.Init")
class AlertsServerKilledTest {
  private static final long SEED = 20_261_129;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** Looks for what is to be told are so far apart, and a little more. */
  private static final int LOOK_MILLIS = 2500;

  @TempDir Path directory;
  private final Random random = new Random(SEED);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer http;
  private Inbox hook;
  private Inbox other;
  private LocalFleet fleet;
  private int kills;

  /** When the server is killed. */
  private enum Moment {
    /** At any time from the end of a push to the look that tells of it. */
    AFTER_THE_EVENT,
    /** The receiver has been called, and has not kept the message. */
    BEFORE_IT_IS_KEPT,
    /** The receiver has the message, and has not answered. */
    BEFORE_THE_ANSWER,
    /** The receiver has answered, and the server may have kept that or not. */
    AFTER_THE_ANSWER
  }

  /** The first message about that deployment is the end of the server. */
  private record Trap(Moment moment, String deployment) {}

  /** A message as a receiver got it. */
  private record Got(String id, String type, String state, String deployment, String title) {}

  /** A receiver that remembers all, is away now and then, and may be the end of the server. */
  private final class Inbox {
    final List<Got> got = new CopyOnWriteArrayList<>();
    final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private final AtomicInteger calls = new AtomicInteger();

    void take(HttpExchange exchange) throws IOException {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      JsonNode data = PullcordJson.wire().readTree(body).path("data");
      Got now =
          new Got(
              exchange.getRequestHeaders().getFirst("webhook-id"),
              data.path("event").asText(),
              data.path("state").asText(),
              data.path("subjects").path(0).asText(),
              data.path("title").asText());
      Trap set = trap.get();
      Moment sprung = null;
      if (set != null
          && set.deployment().equals(now.deployment())
          && trap.compareAndSet(set, null)) {
        sprung = set.moment();
      }
      boolean away = sprung == null && calls.incrementAndGet() % 7 == 3;
      if (sprung == Moment.BEFORE_IT_IS_KEPT) {
        fleet.killServer();
        away = true;
      }
      if (!away) {
        got.add(now);
      }
      if (sprung == Moment.BEFORE_THE_ANSWER) {
        fleet.killServer();
      }
      exchange.sendResponseHeaders(away ? 503 : 200, -1);
      exchange.close();
      if (sprung == Moment.AFTER_THE_ANSWER) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(30)).toNanos());
        fleet.killServer();
      }
    }

    boolean has(String type, String state, String deployment) {
      return got.stream()
          .anyMatch(g ->
              g.type().equals(type)
                  && g.state().equals(state)
                  && g.deployment().equals(deployment));
    }
  }

  @BeforeEach
  void start() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    hook = inbox("/hook");
    other = inbox("/other");
    http.start();
    Path secret = Files.writeString(directory.resolve("secret"), "correct horse battery\n");
    String url = "http://127.0.0.1:" + http.getAddress().getPort();
    fleet = Fleets.made(directory.resolve("fleet"));
    fleet.serverConfig(
        Files.writeString(
            directory.resolve("server.yaml"),
            """
            alerts:
              receivers:
                hook: {kind: webhook, url: "%s/hook", secret-file: %s}
                other: {kind: webhook, url: "%s/other", secret-file: %s}
              rules:
                - receivers: [hook, other]
                  events: [deployment-converged, deployment-incomplete]
            """
                .formatted(url, secret, url, secret)));
    fleet.startServer();
    fleet.addAgents(1);
    assertThat(fleet.push(SmallWork.good(), "First work").converged()).isTrue();
    await("deployment-converged", "news", 1);
  }

  private Inbox inbox(String path) {
    Inbox inbox = new Inbox();
    http.createContext(path, inbox::take);
    return inbox;
  }

  @AfterEach
  void end() {
    fleet.close();
    http.stop(0);
    threads.shutdownNow();
  }

  private void await(String type, String state, int deployment) {
    String number = Integer.toString(deployment);
    for (Inbox inbox : List.of(hook, other)) {
      Eventually.within(LIMIT)
          .until(
              "%s %s of deployment %s".formatted(type, state, number),
              () -> inbox.has(type, state, number),
              told -> told);
    }
  }

  @Test
  void everyEventIsToldInOrderAndAKillCostsAtMostOneDuplicate() {
    int wanted = Fleets.full() ? 100 : 4;
    List<String> expected = new ArrayList<>(List.of("deployment-converged news 1"));
    int deployment = 1;
    while (kills < wanted) {
      deployment++;
      Inbox victim = random.nextBoolean() ? hook : other;
      Moment moment = Moment.values()[kills % Moment.values().length];
      if (isBad(deployment)) {
        fail(deployment, victim, moment);
        expected.add("deployment-incomplete begun " + deployment);
      } else {
        converge(deployment, victim, moment, expected);
      }
    }
    if (isBad(deployment)) {
      converge(++deployment, hook, null, expected);
    }
    for (Inbox inbox : List.of(hook, other)) {
      told(inbox, expected);
    }
  }

  /** Now and then one; in a long run each moment meets them. */
  private static boolean isBad(int deployment) {
    return deployment % 5 == 4;
  }

  private void converge(
      int deployment, Inbox victim, @Nullable Moment moment, List<String> expected) {
    if (isBad(deployment - 1)) {
      expected.add("deployment-incomplete ended " + (deployment - 1));
    }
    push(SmallWork.search("S" + deployment), deployment, victim, moment, 0);
    await("deployment-converged", "news", deployment);
    expected.add("deployment-converged news " + deployment);
  }

  /** A bad file, that its check refuses. A failure is told when it has lasted for ten seconds. */
  private void fail(int deployment, Inbox victim, Moment moment) {
    push(SmallWork.search("BAD"), deployment, victim, moment, 9_000);
    await("deployment-incomplete", "begun", deployment);
  }

  private void push(
      Map<String, String> files,
      int deployment,
      Inbox victim,
      @Nullable Moment moment,
      int patienceMillis) {
    if (moment != null && moment != Moment.AFTER_THE_EVENT) {
      victim.trap.set(new Trap(moment, Integer.toString(deployment)));
    }
    fleet.push(files, "Deployment " + deployment); // whose view may end with the server
    if (moment == Moment.AFTER_THE_EVENT) {
      int wait = patienceMillis + random.nextInt(LOOK_MILLIS);
      LockSupport.parkNanos(Duration.ofMillis(wait).toNanos());
      fleet.killServer();
    }
    if (moment != null) {
      Eventually.within(LIMIT)
          .until("the server is killed", () -> !fleet.isServerAlive(), dead -> dead);
      kills++;
      fleet.startServer();
      // A node that is away for ten seconds would be told of, too.
      Fleets.connected(fleet.agent(0));
    }
  }

  private void told(Inbox inbox, List<String> expected) {
    Set<String> ids = new HashSet<>();
    List<String> first = new ArrayList<>();
    Map<String, Got> last = new HashMap<>();
    for (Got got : inbox.got) {
      if (ids.add(got.id())) {
        first.add(got.type() + " " + got.state() + " " + got.deployment());
      }
      last.put(got.deployment(), got);
    }
    assertThat(first).as("seed " + SEED).isEqualTo(expected);
    assertThat(inbox.got.size() - ids.size()).as("duplicates").isLessThanOrEqualTo(kills);
    assertThat(last.values())
        .allSatisfy(got ->
            assertThat(got.state() + " " + got.title())
                .containsAnyOf(
                    "news deployment " + got.deployment() + " of main converged 1/1",
                    "ended deployment " + got.deployment() + " of main: "));
    System.out.printf(
        "kills %d, messages %d, duplicates %d%n", kills, ids.size(), inbox.got.size() - ids.size());
  }
}
