package dev.pullcord.benchmarks;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.NodeKey;
import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.protocol.enroll.EnrollReply;
import dev.pullcord.protocol.enroll.EnrollRequest;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.Reports.Heartbeat;
import dev.pullcord.protocol.report.Reports.Session;
import dev.pullcord.protocol.report.Reports.SessionRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Many nodes on the wire without their agents: each has a key and a connection of its own, joins,
 * opens a session and its event stream, says that it lives when it was quiet, and comes back as an
 * agent does. Then the server is restarted, so that all come at once. Says what a node costs the
 * server. {@code java -cp … dev.pullcord.benchmarks.NodeCrowd ROOT NODES}; at most 3,000.
 */
public final class NodeCrowd {
  private static final int MOST = 3000;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration BEAT = Duration.ofSeconds(15);

  private final LocalFleet fleet;
  private final int count;
  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean over;

  private NodeCrowd(LocalFleet fleet, int count) {
    this.fleet = fleet;
    this.count = count;
  }

  /** The arguments are the repository's root and how many nodes. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path root = Path.of(args[0]).toAbsolutePath().normalize();
    int nodes = Math.clamp(Integer.parseInt(args[1]), 1, MOST);
    System.setProperty("pullcord.root", root.toString());
    Path scratch = Files.createTempDirectory("pullcord-crowd-");
    try (LocalFleet fleet = LocalFleet.started(scratch.resolve("fleet"), 1)) {
      new NodeCrowd(fleet, nodes).run();
    }
    System.exit(0);
  }

  private void run() throws IOException, InterruptedException {
    JoinToken token = JoinToken.parse(fleet.api().invite(count).token());
    say("alone");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Semaphore joining = new Semaphore(16);
      for (int i = 0; i < count; i++) {
        NodeName name = new NodeName(String.format(Locale.ROOT, "crowd-%04d", i));
        threads.execute(() -> live(token, name, joining));
      }
      arrival("joined and connected");
      rest();
      say("at rest");
      fleet.stopServer();
      fleet.startServer();
      arrival("back after a restart of the server");
      rest();
      say("at rest after the rush");
      over = true;
      fleet.stopServer();
      threads.shutdownNow();
    }
  }

  private void arrival(String what) throws IOException, InterruptedException {
    long began = System.nanoTime();
    double cpu = ProcessFigures.cpuSeconds(fleet.serverPid());
    while (connected.get() < count && System.nanoTime() - began < LIMIT.toNanos()) {
      Thread.sleep(50);
    }
    System.out.printf(
        Locale.ROOT,
        "%d of %d %s after %.1f s, %.1f CPU s of the server, %d turned away%n",
        connected.get(),
        count,
        what,
        (System.nanoTime() - began) / 1e9,
        ProcessFigures.cpuSeconds(fleet.serverPid()) - cpu,
        refused.getAndSet(0));
  }

  private void rest() throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(40));
  }

  private void say(String when) throws IOException {
    System.out.printf(
        "server %s: %s | %d descriptors%n",
        when, ProcessFigures.of(fleet.serverPid()).cells(), descriptors());
    if (Boolean.getBoolean("crowd.histogram")) {
      Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
      dev.pullcord.demo.process.Command.Result seen =
          dev.pullcord.demo.process.Command.of(
                  fleet.directory(),
                  java.util.Map.of(),
                  java.util.List.of(
                      jcmd.toString(), Long.toString(fleet.serverPid()), "GC.class_histogram"))
              .run();
      seen.lines().stream().limit(40).forEach(System.out::println);
      seen.lines().stream().filter(l -> l.startsWith("Total")).forEach(System.out::println);
    }
  }

  private long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + fleet.serverPid() + "/fd"))) {
      return open.count();
    }
  }

  private void live(JoinToken token, NodeName name, Semaphore joining) {
    HostClock clock = HostClock.system();
    NodeKey key = NodeKey.generate();
    Backoff backoff = new Backoff(new SplittableRandom());
    try (AgentHttp http =
        new AgentHttp(new ServerAddress(fleet.agentsUrl(), token.serverPin()), key, clock)) {
      joining.acquire();
      try {
        EnrollRequest ask = new EnrollRequest(token.id(), token.secret(), name, null);
        Answer<EnrollReply> joined = http.post("/agent/v1/enroll", ask, EnrollReply.class);
        if (!(joined instanceof Answer.Value<EnrollReply>)) {
          System.out.println(name + " could not join: " + joined.problem());
          return;
        }
      } finally {
        joining.release();
      }
      Thread.ofVirtual().start(() -> beat(http));
      while (!over) {
        Answer<?> answer =
            http.post("/agent/v1/session", new SessionRequest("crowd", "none", 0), Session.class);
        if (answer instanceof Answer.Value<?>) {
          boolean[] in = {false};
          answer =
              http.stream("/agent/v1/events")
                  .read(
                      () -> {
                        in[0] = true;
                        backoff.reset();
                        connected.incrementAndGet();
                      },
                      _ -> {});
          if (in[0]) {
            connected.decrementAndGet();
          }
        }
        if (answer instanceof Answer.Refused<?>) {
          refused.incrementAndGet();
        }
        Thread.sleep(backoff.next());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beat(AgentHttp http) {
    try {
      while (!over) {
        Thread.sleep(500);
        if (http.quietFor().compareTo(BEAT) >= 0) {
          http.post("/agent/v1/heartbeat", null, Heartbeat.class);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
