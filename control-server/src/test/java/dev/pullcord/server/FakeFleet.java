package dev.pullcord.server;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.DeploymentView.Member;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.desired.Pin;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.deployment.Followers;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.desired.DesiredStates;
import dev.pullcord.server.fleet.FleetChange;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Credentials;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.NodeHold;
import dev.pullcord.server.view.Selector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A fleet in memory: nodes that all follow branches, deployments derived from a repository's heads,
 * and everything that the edges of the server ask for. A test moves its nodes by hand.
 */
public final class FakeFleet implements FleetReader, Deployments, DesiredStates, Credentials {
  /** Branches that nothing can be decided on. */
  public final Set<String> unreadable = new HashSet<>();

  private Runnable look = () -> {};
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private @Nullable CommitSource source;
  private final Map<NodeName, String> follows = new TreeMap<>();
  private final Map<NodeName, CommitId> applied = new TreeMap<>();
  private final Map<NodeName, Map<String, String>> labels = new TreeMap<>();
  private final Map<NodeName, Map<String, Orders.Stop>> stopped = new TreeMap<>();
  private final Map<NodeName, PinView> pins = new TreeMap<>();
  private final Map<NodeKeyId, NodeName> keys = new HashMap<>();
  private final Map<String, Principal> tokens = new HashMap<>();
  private final Map<String, CommitId> known = new TreeMap<>();
  private final Map<Long, DeploymentView> deployments = new TreeMap<>();
  private final Map<String, List<StepRecord>> transcripts = new HashMap<>();
  private final List<Consumer<FleetChange>> listeners = new CopyOnWriteArrayList<>();
  private final Map<NodeName, String> held = new HashMap<>();
  private final Map<NodeName, NodeHold> holding = new HashMap<>();
  private final Map<Long, RolloutView> rollouts = new HashMap<>();
  private NodeState firstState = NodeState.WAITING;
  private @Nullable String wording;

  /** Where heads come from. */
  public synchronized void source(CommitSource commits) {
    source = commits;
  }

  /** A node that follows a branch. */
  public synchronized FakeFleet node(String name, String branch) {
    follows.put(new NodeName(name), branch);
    return this;
  }

  /** What a node last ran well. */
  public synchronized void applied(String name, CommitId commit) {
    applied.put(new NodeName(name), commit);
  }

  /** A node on which nothing new may begin. */
  public synchronized FakeFleet held(String name, String why) {
    held.put(new NodeName(name), why);
    return this;
  }

  @Override
  public synchronized Map<NodeName, String> held(List<Window> windows) {
    return Map.copyOf(held);
  }

  /** A worker that an operator has stopped there. */
  public synchronized void stopped(String name, String worker) {
    stopped.put(new NodeName(name), Map.of(worker, new Orders.Stop("ann", "", NOW)));
  }

  /** Other labels than its name as its role. */
  public synchronized void label(String name, Map<String, String> own) {
    labels.put(new NodeName(name), own);
  }

  private Map<String, String> labelsOf(NodeName name) {
    return labels.getOrDefault(name, Map.of("role", name.value()));
  }

  /** What nodes are when a deployment comes; CONVERGED for a fleet that is infinitely quick. */
  public synchronized void nodesStartAs(NodeState state) {
    firstState = state;
  }

  /** A pin that nobody asked for. */
  public synchronized void pinned(PinView pin) {
    pins.put(pin.node(), pin);
  }

  /** A pin of a node to that commit. */
  public synchronized void pinned(String node, CommitId commit) {
    pinned(new PinView(new NodeName(node), commit.value(), commit, "o", "try", NOW, NOW));
  }

  /** A node that is removed. */
  public synchronized void gone(String name) {
    follows.remove(new NodeName(name));
  }

  /** What every text of the deployments that come says, and the reason of every node's state. */
  public synchronized void wording(String text) {
    wording = text;
  }

  /** A token of a person. */
  public synchronized FakeFleet token(String token, Principal.Role role) {
    tokens.put(token, new Principal(token + "-owner", role));
    return this;
  }

  /** Whose key this is. */
  public synchronized void key(NodeKeyId key, String name) {
    keys.put(key, new NodeName(name));
  }

  /** Takes a token away. */
  public synchronized void revoke(String token) {
    tokens.remove(token);
  }

  /** A deployment that no repository brought. */
  public synchronized long deployment(String ref, CommitId commit, String... nodes) {
    for (String name : nodes) {
      follows.put(new NodeName(name), ref);
    }
    return begin(ref, null, commit);
  }

  /** Moves a node of a deployment on. */
  public void state(long deployment, String node, NodeState state, String reason) {
    state(deployment, node, state, reason, null);
  }

  /** As {@code state}, of a failure that its agent tries again by itself at that time. */
  public void state(
      long deployment, String node, NodeState state, String reason, @Nullable Instant retryAt) {
    synchronized (this) {
      DeploymentView view = Objects.requireNonNull(deployments.get(deployment));
      List<Member> members =
          view.members().stream()
              .map(m ->
                  m.name().value().equals(node)
                      ? new Member(m.name(), state, reason, retryAt, null, null, null)
                      : m)
              .toList();
      boolean all = members.stream().allMatch(m -> m.state() == NodeState.CONVERGED);
      DeploymentView.State now =
          view.state() == DeploymentView.State.SUPERSEDED
              ? view.state()
              : all ? DeploymentView.State.CONVERGED : DeploymentView.State.RUNNING;
      deployments.put(deployment, with(view, members, now, view.supersededBy()));
    }
    changed();
  }

  /** What a node did for a deployment. */
  public synchronized void step(long deployment, String node, StepRecord step) {
    transcripts.computeIfAbsent(deployment + " " + node, _ -> new ArrayList<>()).add(step);
  }

  /** Tells everybody. */
  public void changed() {
    listeners.forEach(l -> l.accept(new FleetChange(null)));
  }

  /** How many listen. */
  public int listeners() {
    return listeners.size();
  }

  private long begin(String ref, @Nullable CommitId before, CommitId commit) {
    long id = deployments.size() + 1L;
    deployments.replaceAll((_, d) ->
        d.ref().equals(ref) && d.state() == DeploymentView.State.RUNNING
            ? with(d, d.members(), DeploymentView.State.SUPERSEDED, id)
            : d);
    List<Member> members =
        follows.entrySet().stream()
            .filter(e -> e.getValue().equals(ref))
            .map(e -> new Member(e.getKey(), firstState, "", null, null, null, null))
            .toList();
    deployments.put(
        id,
        new DeploymentView(
            id,
            commit,
            before,
            ref,
            wording == null ? "subject" : wording,
            wording == null ? "author" : wording,
            wording == null ? "pusher" : wording,
            DeploymentView.State.RUNNING,
            NOW,
            null,
            null,
            counts(members),
            members,
            null,
            counts(members),
            null,
            null));
    return id;
  }

  private static DeploymentView with(
      DeploymentView d, List<Member> members, DeploymentView.State state, @Nullable Long by) {
    return new DeploymentView(
        d.id(),
        d.commit(),
        d.before(),
        d.ref(),
        d.subject(),
        d.author(),
        d.pushedBy(),
        state,
        d.startedAt(),
        null,
        by,
        counts(members),
        members,
        null,
        counts(members),
        null,
        null);
  }

  @Override
  public List<RefMoved> reconcile() {
    List<RefMoved> moved = new ArrayList<>();
    synchronized (this) {
      CommitSource commits = source;
      if (commits == null) {
        return List.of();
      }
      commits
          .heads()
          .forEach((branch, commit) -> {
            CommitId before = known.put(branch, commit);
            if (!commit.equals(before)) {
              Long id = members(branch) == 0 ? null : (Long) begin(branch, before, commit);
              moved.add(new RefMoved(branch, before, commit, id));
            }
          });
    }
    changed();
    return moved;
  }

  @Override
  public synchronized int members(String branch) {
    return (int) follows.values().stream().filter(branch::equals).count();
  }

  @Override
  public synchronized Set<Map<String, String>> labels(String branch) {
    if (unreadable.contains(branch)) {
      throw new UncheckedIOException("cannot read " + branch, new IOException("a test says so"));
    }
    return follows.entrySet().stream()
        .filter(f -> f.getValue().equals(branch))
        .map(f -> labelsOf(f.getKey()))
        .collect(Collectors.toSet());
  }

  @Override
  public synchronized Followers followers(String branch) {
    return new Followers(
        follows.entrySet().stream()
            .filter(f -> f.getValue().equals(branch))
            .map(f -> f.getKey().value())
            .toList(),
        List.of());
  }

  @Override
  public synchronized Optional<DesiredState> of(NodeName node) {
    String ref = follows.get(node);
    if (ref == null) {
      return Optional.empty();
    }
    CommitId head = known.get(ref);
    PinView pin = pins.get(node);
    return Optional.of(
        pin == null
            ? new DesiredState(
                1, node, "fleet", ref, head, null, null, 0, NOW, labelsOf(node), Orders.NONE)
            : new DesiredState(
                1,
                node,
                "fleet",
                pin.ref(),
                pin.commit(),
                null,
                new Pin(pin.ref(), "o", "r", NOW, new Pin.After(ref, head, null)),
                0,
                NOW,
                labelsOf(node),
                Orders.NONE));
  }

  @Override
  public synchronized Optional<Principal> person(String token) {
    return Optional.ofNullable(tokens.get(token));
  }

  /** Whose key that is. */
  public synchronized NodeName node(NodeKeyId key) {
    NodeName name = keys.get(key);
    if (name == null) {
      throw new Refusal(Refusal.Kind.UNAUTHENTICATED, "NODE_UNKNOWN", "no such key", null);
    }
    return name;
  }

  @Override
  public synchronized Fleet summary() {
    Map<String, Integer> nodes = new LinkedHashMap<>();
    nodes.put("total", follows.size());
    nodes.put("waiting", follows.size());
    return new Fleet(
        deployments.size(), nodes, Map.of("pinned", pins.size()), List.of(), List.of());
  }

  @Override
  public synchronized Optional<NodeView> node(NodeName name) {
    return Optional.ofNullable(follows.get(name)).map(ref -> view(name, ref));
  }

  private NodeView view(NodeName name, String ref) {
    PinView pin = pins.get(name);
    return new NodeView(
        name,
        NodeState.WAITING,
        wording == null ? "" : wording,
        NOW,
        null,
        ref,
        pin == null ? null : new PinStatus(pin.ref(), pin.owner(), pin.reason(), pin.expiresAt()),
        null,
        null,
        applied.get(name),
        Map.of(),
        Map.of(),
        false,
        labelsOf(name),
        null,
        null,
        "why",
        null,
        stopped.getOrDefault(name, Map.of()),
        null,
        null,
        null);
  }

  @Override
  public synchronized List<NodeView> nodes(
      Selector selector, Set<NodeState> states, @Nullable NodeName after, int limit) {
    return follows.entrySet().stream()
        .map(e -> view(e.getKey(), e.getValue()))
        .filter(n -> after == null || n.name().compareTo(after) > 0)
        .filter(n -> states.isEmpty() || states.contains(n.state()))
        .filter(n -> selector.matches(n.labels()))
        .limit(limit)
        .toList();
  }

  /** How a deployment spreads; without this it reaches everyone at once. */
  public synchronized void rollout(RolloutView rollout) {
    rollouts.put(rollout.deployment(), rollout);
  }

  @Override
  public synchronized Optional<RolloutView> rollout(long deployment) {
    return Optional.ofNullable(rollouts.get(deployment));
  }

  /** What happens while somebody looks at a deployment. */
  public synchronized void onLook(Runnable happens) {
    look = happens;
  }

  @Override
  public synchronized Optional<DeploymentView> deployment(long id) {
    look.run();
    return Optional.ofNullable(deployments.get(id));
  }

  @Override
  public synchronized Set<String> branches() {
    return new TreeSet<>(follows.values());
  }

  @Override
  public synchronized List<DeploymentView> deployments(
      @Nullable String ref, long before, int limit) {
    return deployments.values().stream()
        .filter(d -> ref == null || d.ref().equals(ref))
        .filter(d -> d.id() < before)
        .sorted((a, b) -> Long.compare(b.id(), a.id()))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<DeploymentView.Transcript> transcript(long id, NodeName node) {
    return Optional.ofNullable(transcripts.get(id + " " + node))
        .map(steps -> new DeploymentView.Transcript(id, node, steps, null));
  }

  @Override
  public synchronized List<PinView> pins() {
    return List.copyOf(pins.values());
  }

  @Override
  public FleetChange.Subscription subscribe(Consumer<FleetChange> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Optional<HistoryView> history(NodeName node, @Nullable Instant at, int limit) {
    return Optional.of(new HistoryView(node, at, null, List.of()));
  }

  @Override
  public synchronized List<Done> lastSteps(NodeName node, int limit) {
    return List.of();
  }

  @Override
  public synchronized Optional<UnderWay> underWay(NodeName node) {
    return Optional.empty();
  }

  /** Something keeps a node from a newer commit. */
  public synchronized void holds(String name, NodeHold hold) {
    holding.put(new NodeName(name), hold);
  }

  @Override
  public synchronized Optional<NodeHold> hold(NodeName name) {
    return Optional.ofNullable(holding.get(name));
  }

  @Override
  public synchronized List<FreezeView> freezes() {
    return List.of();
  }

  private static Map<String, Integer> counts(List<Member> members) {
    Map<String, Integer> counts = new TreeMap<>();
    members.forEach(m -> counts.merge(m.state().wireName(), 1, Integer::sum));
    return counts;
  }
}
