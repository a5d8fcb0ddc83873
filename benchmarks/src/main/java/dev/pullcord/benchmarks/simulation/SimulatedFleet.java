package dev.pullcord.benchmarks.simulation;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.CommitId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * All simulated nodes of a run, on virtual threads: two for a node at most while something happens,
 * one while it listens. One further thread sees to everybody's heartbeats.
 */
final class SimulatedFleet implements AutoCloseable {
  /** What a token of the server is good for. */
  static final int TOKEN_USES = 1000;

  private static final int JOINING_AT_ONCE = 16;
  private static final Duration TICK = Duration.ofMillis(500);
  private static final int TROUBLES_SHOWN = 5;

  private final ServerAddress server;
  private final Path home;
  private final FleetScript script;
  private final int size;
  private final Consumer<String> say;
  private final long run = System.nanoTime();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofVirtual().uncaughtExceptionHandler((_, e) -> failed(e)).factory());
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final Map<CommitId, PushTimes> pushes = new ConcurrentHashMap<>();
  private final Set<CommitId> before = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connected = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicInteger troubles = new AtomicInteger();
  private final AtomicInteger expected = new AtomicInteger();
  private volatile BiConsumer<Integer, DesiredState> decisions = (_, _) -> {};
  private volatile boolean any;
  private volatile boolean over;

  /**
   * @param home where they keep the addresses of further servers
   * @param say where the first troubles go, a line each
   */
  SimulatedFleet(
      ServerAddress server, Path home, FleetScript script, int size, Consumer<String> say) {
    this.server = server;
    this.home = home;
    this.script = script;
    this.size = size;
    this.say = say;
  }

  /** All of them join; returns at once. A token is for {@link #TOKEN_USES} nodes. */
  void begin(List<JoinToken> tokens) {
    Semaphore joining = new Semaphore(JOINING_AT_ONCE);
    for (int i = 0; i < size; i++) {
      SimulatedNode node = new SimulatedNode(this, i);
      JoinToken token = tokens.get(i / TOKEN_USES);
      nodes.add(node);
      threads.execute(() -> {
        try {
          node.live(token, joining);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      });
    }
    Thread.ofPlatform().daemon().name("beats").start(this::beats);
  }

  private void beats() {
    try {
      while (!over) {
        Thread.sleep(TICK);
        long now = System.nanoTime();
        nodes.forEach(node -> node.tick(now));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nodes that hear of that commit from now on note when. */
  PushTimes expect(CommitId commit) {
    return pushes.computeIfAbsent(commit, _ -> new PushTimes(expected.getAndIncrement(), size));
  }

  /** Times of every commit that a node hears of are noted, but of those that it found there. */
  void expectAny() {
    any = true;
  }

  /** What a node hears of first was pushed before it came. */
  void found(CommitId commit) {
    if (!pushes.containsKey(commit)) {
      before.add(commit);
    }
  }

  Optional<PushTimes> times(CommitId commit) {
    boolean noted = any && !before.contains(commit);
    return Optional.ofNullable(noted ? expect(commit) : pushes.get(commit));
  }

  /** What was noted, by commit. */
  Map<CommitId, PushTimes> seen() {
    return Map.copyOf(pushes);
  }

  /** Who hears of each decision that a node takes, by the node's number. */
  void onDecision(BiConsumer<Integer, DesiredState> listener) {
    decisions = listener;
  }

  void decided(int node, DesiredState desired) {
    decisions.accept(node, desired);
  }

  /** All of them, by number. */
  List<SimulatedNode> nodes() {
    return List.copyOf(nodes);
  }

  void start(Runnable task) {
    try {
      threads.execute(task);
    } catch (RejectedExecutionException e) {
      over = true; // it goes home
    }
  }

  /** Waits until all are connected, or that long; how many are. */
  int awaitConnected(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (connected.get() < size && System.nanoTime() < deadline) {
      Thread.sleep(Duration.ofMillis(20));
    }
    return connected.get();
  }

  ServerAddress server() {
    return server;
  }

  Path home() {
    return home;
  }

  FleetScript script() {
    return script;
  }

  int size() {
    return size;
  }

  /** Tells one run of the simulation from another. */
  long run() {
    return run;
  }

  boolean over() {
    return over;
  }

  void connected(int more) {
    connected.addAndGet(more);
  }

  int connected() {
    return connected.get();
  }

  void refused() {
    refused.incrementAndGet();
  }

  /** How often one was turned away since the last call. */
  int takeRefused() {
    return refused.getAndSet(0);
  }

  /** In the end nodes are interrupted wherever they are. */
  private void failed(Throwable e) {
    if (!over) {
      trouble("a node ended: " + e);
    }
  }

  void trouble(String what) {
    if (troubles.getAndIncrement() < TROUBLES_SHOWN) {
      say.accept(what);
    }
  }

  @Override
  public void close() {
    over = true;
    threads.shutdownNow();
  }
}
