package dev.pullcord.server.dashboard;

import static dev.pullcord.server.dashboard.Nodes.node;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.Told;
import dev.pullcord.server.dashboard.fleet.FleetPages;
import dev.pullcord.server.security.Principal;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves the dashboard of a made-up fleet on loopback, to look at it: {@code converged}, {@code
 * failing}, {@code empty}, {@code unpushed} or a number of nodes, and a port. The token is {@code
 * look}.
 */
public final class DashboardByHand {
  private DashboardByHand() {}

  /** Runs until it is stopped. */
  public static void main(String[] args) {
    int port = Integer.parseInt(args[1]);
    FakeFleet fleet = new FakeFleet();
    InstantSource clock = InstantSource.system();
    fill(fleet, args[0], clock.instant());
    Dashboard dashboard =
        new Dashboard(
            Dashboard.Entrance.of(
                token ->
                    token.equals("look")
                        ? Optional.of(new Principal("rosa", Principal.Role.ADMIN))
                        : Optional.empty(),
                new Told(),
                clock),
            new Dashboard.Addresses(
                URI.create("http://127.0.0.1:" + port),
                URI.create("https://127.0.0.1:8421"),
                "fleet",
                "main",
                FleetBadge.NONE),
            clock,
            List.of(new FleetPages(fleet)));
    dashboard.start();
    Javalin.create(
            config -> {
              config.http.compressionStrategy = CompressionStrategy.NONE;
              PageAccess.register(dashboard, config.routes);
            })
        .start("127.0.0.1", port);
    if (args.length > 2) {
      flipEvery(Duration.parse(args[2]), fleet, clock);
    }
  }

  private static void flipEvery(Duration time, FakeFleet fleet, InstantSource clock) {
    AtomicInteger turn = new AtomicInteger();
    new Timer("flip")
        .schedule(
            new TimerTask() {
              @Override
              public void run() {
                flip(fleet, turn.getAndIncrement(), clock.instant());
              }
            },
            time.toMillis(),
            time.toMillis());
  }

  private static void flip(FakeFleet fleet, int turn, Instant now) {
    fleet.put(
        turn % 2 == 0
            ? node("grep-2")
                .state(NodeState.APPLYING, "check bin/check-patterns", now)
                .runs(Nodes.OLD, Nodes.NEW)
                .seen(now)
                .view()
            : node("grep-2")
                .state(NodeState.CONVERGED, "runs 3f2a91c, health passed", now)
                .generation(5 + turn, 8000 + turn, GenerationPhase.CONSUMING, now)
                .seen(now)
                .view());
  }

  private static void fill(FakeFleet fleet, String what, Instant now) {
    switch (what) {
      case "empty" -> {}
      case "unpushed" -> {
        fleet.emptyRef("main");
        for (String name : List.of("grep-1", "grep-2")) {
          fleet.put(
              node(name)
                  .state(NodeState.WAITING, "nothing was pushed to main yet", now.minusSeconds(40))
                  .runs(null, null)
                  .worker("grep", "")
                  .seen(now.minusSeconds(3))
                  .view());
        }
      }
      case "converged" -> {
        head(fleet, now);
        for (int i = 1; i <= 3; i++) {
          converged(fleet, "grep-" + i, i, now);
        }
      }
      case "failing" -> failing(fleet, now);
      default -> many(fleet, Integer.parseInt(what), now);
    }
  }

  private static void head(FakeFleet fleet, Instant now) {
    fleet.head(
        "main",
        Nodes.NEW,
        "Match card numbers with spaces in them",
        "Ines Duarte",
        "rosa",
        now.minusSeconds(128));
  }

  private static void converged(FakeFleet fleet, String name, int i, Instant now) {
    fleet.put(
        node(name)
            .state(NodeState.CONVERGED, "runs 3f2a91c, health passed", now.minusSeconds(120 + i))
            .generation(4, 48_200L + 17L * i, GenerationPhase.CONSUMING, now.minusSeconds(8000 + i))
            .labels(Map.of("role", "grep", "dc", i % 2 == 0 ? "sea" : "fra"))
            .seen(now.minusSeconds(i))
            .view());
  }

  private static void failing(FakeFleet fleet, Instant now) {
    head(fleet, now);
    fleet.head(
        "try-fast-patterns",
        new CommitId("c07e5512".repeat(5)),
        "Compile patterns once per corpus instead of once per file",
        "Tomás Reyes",
        "tomas",
        now.minusSeconds(5400));
    converged(fleet, "grep-1", 1, now);
    converged(fleet, "grep-3", 3, now);
    converged(fleet, "grep-6", 6, now);
    fleet.put(
        node("grep-2")
            .state(
                NodeState.ROLLED_BACK,
                "check bin/check-patterns exited 1: search/cards.pat:14: unbalanced parenthesis",
                now.minusSeconds(119))
            .runs(Nodes.OLD, Nodes.NEW)
            .generation(4, 48_311, GenerationPhase.CONSUMING, now.minusSeconds(90_400))
            .labels(Map.of("role", "grep", "dc", "sea"))
            .seen(now.minusSeconds(2))
            .view());
    fleet.put(
        node("grep-4")
            .state(NodeState.OFFLINE, "no contact for 6m", now.minusSeconds(320))
            .runs(Nodes.OLD, Nodes.NEW)
            .generation(3, 2211, GenerationPhase.CONSUMING, now.minusSeconds(190_000))
            .labels(Map.of("role", "grep", "dc", "fra"))
            .seen(now.minusSeconds(365))
            .view());
    fleet.put(
        node("grep-5")
            .state(NodeState.CONVERGED, "runs c07e551, health passed", now.minusSeconds(5390))
            .pin(
                "try-fast-patterns",
                "tomas",
                "measure the faster patterns on the largest corpus",
                now.plusSeconds(6700))
            .drift(
                "2 paths are not as in the commit: \"search/cards.pat\" has 512 bytes"
                    + " instead of 498,"
                    + " \"search/cards.pat.orig\" has appeared")
            .runs(new CommitId("c07e5512".repeat(5)), new CommitId("c07e5512".repeat(5)))
            .generation(6, 51_020, GenerationPhase.CONSUMING, now.minusSeconds(5391))
            .labels(Map.of("role", "grep", "dc", "sea", "size", "large"))
            .seen(now.minusSeconds(9))
            .view());
    fleet.put(
        node("gpu-1")
            .state(NodeState.APPLYING, "draining pid 3120 for 2h 10m", now.minusSeconds(7800))
            .runs(Nodes.OLD, Nodes.NEW)
            .generation(8, 3399, GenerationPhase.STARTING, now.minusSeconds(4))
            .generation(7, 3120, GenerationPhase.DRAINING, now.minusSeconds(260_000))
            .labels(Map.of("role", "gpu", "dc", "fra"))
            .seen(now.minusSeconds(1))
            .view());
  }

  private static void many(FakeFleet fleet, int count, Instant now) {
    head(fleet, now);
    for (int i = 0; i < count; i++) {
      if (i % 97 == 3) {
        fleet.put(
            node("grep-%04d".formatted(i))
                .state(NodeState.FAILED, "worker grep exited 1, again in 8 s", now.minusSeconds(i))
                .runs(Nodes.OLD, Nodes.NEW)
                .view());
      } else {
        converged(fleet, "grep-%04d".formatted(i), i % 60 + 1, now);
      }
    }
  }
}
