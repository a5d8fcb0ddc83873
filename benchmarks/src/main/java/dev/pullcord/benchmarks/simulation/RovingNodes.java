package dev.pullcord.benchmarks.simulation;

import dev.pullcord.agent.http.ServerAddress;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.enroll.JoinToken;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Simulated nodes of a store with several servers, for tests that take the servers away. */
public final class RovingNodes implements AutoCloseable {
  private static final int WORK_MILLIS_MAX = 20;

  private final SimulatedFleet fleet;
  private final Map<Integer, List<CommitId>> decided = new ConcurrentHashMap<>();

  /**
   * The open stream of a node.
   *
   * @param url the server
   * @param sinceNanos by the monotonic clock
   */
  record NodeStream(String url, long sinceNanos) {}

  private RovingNodes(SimulatedFleet fleet) {
    this.fleet = fleet;
    fleet.onDecision(this::decided);
  }

  /**
   * So many join.
   *
   * @param home where they keep what they learn
   * @param token for as many as that; at most 1000
   */
  public static RovingNodes join(
      Path home, ServerAddress server, JoinToken token, int size, long seed) throws IOException {
    for (int i = 0; i < size; i++) {
      Files.createDirectories(home.resolve(name(i).value()));
    }
    FleetScript script = new FleetScript(seed, 0, WORK_MILLIS_MAX, 0, 0, 0);
    RovingNodes nodes = new RovingNodes(new SimulatedFleet(server, home, script, size, _ -> {}));
    nodes.fleet.begin(List.of(token));
    return nodes;
  }

  /** What the node with that number is called. */
  public static NodeName name(int number) {
    return new NodeName(String.format(Locale.ROOT, "sim-%05d", number));
  }

  private void decided(int node, DesiredState desired) {
    CommitId commit = desired.commit();
    List<CommitId> all = decided.computeIfAbsent(node, _ -> new CopyOnWriteArrayList<>());
    if (commit != null && (all.isEmpty() || !all.getLast().equals(commit))) {
      all.add(commit);
    }
  }

  /** What each node was told to run, in that order, by its number. */
  public List<CommitId> decisions(int node) {
    return List.copyOf(decided.getOrDefault(node, List.of()));
  }

  /** How many are connected to that server. */
  public int connectedTo(String url) {
    return since(url).size();
  }

  /**
   * How long after that moment each of them was connected to that server; those that are not are
   * left out, and those that were before are there at once.
   *
   * @param nanos the moment, by the monotonic clock
   */
  public List<Duration> after(String url, long nanos) {
    return since(url).stream().map(at -> Duration.ofNanos(Math.max(0, at - nanos))).toList();
  }

  private List<Long> since(String url) {
    List<Long> since = new ArrayList<>();
    for (SimulatedNode node : fleet.nodes()) {
      @Nullable NodeStream at = node.connected();
      if (at != null && at.url().equals(url)) {
        since.add(at.sinceNanos());
      }
    }
    return since;
  }

  @Override
  public void close() {
    fleet.close();
  }
}
