package dev.pullcord.benchmarks;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.demo.fleet.LocalFleet;
import dev.pullcord.demo.fleet.PushResult;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Has many {@link CrowdNode}s join a server, pushes to all of them, restarts the server so that all
 * come at once, and pushes again. Says what a node costs the server. {@code java -cp …
 * dev.pullcord.benchmarks.NodeCrowd ROOT NODES}; at most 3,000.
 */
public final class NodeCrowd {
  private static final int MOST = 3000;
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int TOKEN_USES = 1000;
  private static final int SHOWN_MAX = 5;
  private static final String MANIFEST =
      """
      version: 1
      bundles:
        data: {paths: [data/], on-change: nothing}
      """;

  private final LocalFleet fleet;
  private final int count;
  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger troubles = new AtomicInteger();
  private int pushes;
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
    List<JoinToken> tokens = new ArrayList<>();
    for (int i = 0; i < count; i += TOKEN_USES) {
      tokens.add(JoinToken.parse(fleet.api().invite(TOKEN_USES).token()));
    }
    ServerAddress server = new ServerAddress(fleet.agentsUrl(), tokens.getFirst().serverPin());
    push();
    say("alone");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Semaphore joining = new Semaphore(16);
      for (int i = 0; i < count; i++) {
        NodeName name = new NodeName(String.format(Locale.ROOT, "crowd-%04d", i));
        JoinToken token = tokens.get(i / TOKEN_USES);
        threads.execute(() -> new CrowdNode(this, name, server).live(token, joining));
      }
      arrival("joined and connected");
      rest();
      say("at rest");
      push();
      fleet.stopServer();
      fleet.startServer();
      arrival("back after a restart of the server");
      rest();
      say("at rest after the rush");
      push();
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

  /** One commit for all of them; prints the summary of the push. */
  private void push() {
    PushResult push =
        fleet.push(
            Map.of("pullcord.yaml", MANIFEST, "data/x", "push " + ++pushes + "\n"),
            "Push " + pushes);
    System.out.printf(
        Locale.ROOT,
        "push after %.1f s: %s%n",
        push.took().toNanos() / 1e9,
        push.summary().orElseGet(push::output));
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
      dev.pullcord.demo.process.ProgramCall.Result seen =
          dev.pullcord.demo.process.ProgramCall.of(
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

  boolean over() {
    return over;
  }

  void connected(int more) {
    connected.addAndGet(more);
  }

  void refused() {
    refused.incrementAndGet();
  }

  void couldNotJoin(String what) {
    if (troubles.getAndIncrement() < SHOWN_MAX) {
      System.out.println("could not join, tries again: " + what);
    }
  }

  void couldNotReport(String what) {
    if (troubles.getAndIncrement() < SHOWN_MAX) {
      System.out.println("could not report: " + what);
    }
  }
}
