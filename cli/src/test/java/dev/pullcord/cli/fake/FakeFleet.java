package dev.pullcord.cli.fake;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A fleet of which every part can be set. Its deployments' members are its nodes. */
public final class FakeFleet {
  /** The commit that everything is about unless told otherwise. */
  public static final CommitId HEAD = new CommitId("3f2a91c0d1e2".repeat(4).substring(0, 40));

  /** What ran before. */
  public static final CommitId BEFORE = new CommitId("0badcafe".repeat(5));

  /** The present moment of every {@link Machine}. */
  public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private static final Instant SINCE = NOW.minusSeconds(125);
  private Instant since = SINCE;
  private final TreeMap<NodeName, NodeView> nodes = new TreeMap<>();
  private final Map<NodeName, List<StepRecord>> steps = new HashMap<>();
  private final Map<NodeName, UnderWay> underWay = new HashMap<>();
  private final List<NodeName> retried = new ArrayList<>();
  private final List<String> alarms = new ArrayList<>();
  private final Map<String, String> troubles = new TreeMap<>();
  private NodeView.@Nullable Contact contact;
  private NodeView.@Nullable Host host;
  private final List<String> ordered = new ArrayList<>();
  private final LinkedHashMap<Long, DeploymentView> deployments = new LinkedHashMap<>();

  /** The contact of the nodes that are set from now on. */
  public synchronized void contact(NodeView.@Nullable Contact now) {
    contact = now;
  }

  /** Something that needs a person. */
  public synchronized void alarm(String text) {
    alarms.add(text);
  }

  /** Adds a node, or puts it into another state. */
  public synchronized void set(String name, NodeState state, String reason) {
    set(name, state, reason, null);
  }

  /** What is known of the host of the nodes that are set from now on. */
  public synchronized void on(NodeView.Host known) {
    host = known;
  }

  /** What is set from now on came into its state at that moment. */
  public synchronized void setsSince(Instant at) {
    since = at;
  }

  /** As {@code set}, of a failure that its agent tries again by itself at that time. */
  public synchronized void set(
      String name, NodeState state, String reason, @Nullable Instant retryAt) {
    NodeName node = new NodeName(name);
    NodeView before = nodes.get(node);
    boolean converged = state == NodeState.CONVERGED;
    nodes.put(
        node,
        new NodeView(
            node,
            state,
            reason,
            since,
            retryAt,
            before == null ? "main" : before.ref(),
            before == null ? null : before.pin(),
            HEAD,
            null,
            converged ? HEAD : BEFORE,
            Map.of("grep", worker(converged ? HEAD : BEFORE)),
            Map.of(),
            false,
            Map.of("role", name.replaceFirst("-.*", "")),
            "0.1.0",
            NOW,
            name + " is " + state.wireName() + " because " + reason + ".",
            null,
            Map.of(),
            contact,
            null,
            host));
  }

  private static WorkerStatus worker(CommitId commit) {
    return new WorkerStatus(
        "ab".repeat(32),
        "pid 4711 started " + SINCE,
        List.of(
            new GenerationStatus(7, 4711, SINCE, commit, GenerationPhase.CONSUMING, null, null)));
  }

  /** Adds a deployment of a commit to main. */
  public synchronized void deploy(long id, CommitId commit, @Nullable Long supersededBy) {
    deploy(id, "main", commit, supersededBy);
  }

  /** Adds a deployment of a commit to another branch. */
  public synchronized void deploy(long id, String ref, CommitId commit) {
    deploy(id, ref, commit, null);
  }

  private void deploy(long id, String ref, CommitId commit, @Nullable Long supersededBy) {
    DeploymentView.State state =
        supersededBy == null ? DeploymentView.State.RUNNING : DeploymentView.State.SUPERSEDED;
    deployments.putFirst(
        id,
        new DeploymentView(
            id,
            commit,
            null,
            ref,
            "Look for more",
            "Ann",
            "ann",
            state,
            SINCE,
            null,
            supersededBy,
            Map.of(),
            List.of(),
            null,
            Map.of(),
            null,
            null));
  }

  /** Gives a node a transcript. */
  public synchronized void did(String name, StepRecord... done) {
    steps.put(new NodeName(name), List.of(done));
  }

  /** Nodes that were told to try again. */
  public synchronized List<NodeName> retried() {
    return List.copyOf(retried);
  }

  synchronized void retried(NodeName name) {
    retried.add(name);
  }

  /** What was asked of workers, in order: {@code stop grep of grep-1: disk}. */
  public synchronized List<String> ordered() {
    return List.copyOf(ordered);
  }

  synchronized void ordered(String what, Requests.Order order) {
    ordered.add(what + ": " + order.reason());
  }

  synchronized void killed(String what, Requests.Kill kill) {
    ordered.add("kill " + what + ": " + kill.reason());
  }

  /** What a node is in the middle of. */
  public synchronized void underWay(String name, UnderWay step) {
    underWay.put(new NodeName(name), step);
  }

  synchronized @Nullable UnderWay underWay(NodeName name) {
    return underWay.get(name);
  }

  synchronized List<StepRecord> steps(NodeName name) {
    return steps.getOrDefault(name, List.of());
  }

  /** A node, or null. */
  public synchronized @Nullable NodeView node(NodeName name) {
    return nodes.get(name);
  }

  synchronized void remove(NodeName name) {
    nodes.remove(name);
  }

  /** All nodes. */
  public synchronized List<NodeView> all() {
    return List.copyOf(nodes.values());
  }

  /** Lets a node follow another branch. */
  public synchronized void follows(String name, String ref) {
    follow(new NodeName(name), ref);
  }

  /** Pins a node. */
  public synchronized void pinned(String name, PinStatus to) {
    pin(new NodeName(name), to);
  }

  /** Suspends a node, or ends that. */
  public synchronized NodeView suspend(NodeName name, @Nullable SuspensionView suspension) {
    NodeView node = known(name).suspended(suspension);
    nodes.put(name, node);
    return node;
  }

  synchronized void follow(NodeName name, String ref) {
    NodeView n = known(name);
    nodes.put(name, copy(n, ref, n.pin()));
  }

  synchronized @Nullable PinView pin(NodeName name, @Nullable PinStatus pin) {
    NodeView before = known(name);
    nodes.put(name, copy(before, before.ref(), pin));
    PinStatus shown = pin == null ? before.pin() : pin;
    return shown == null ? null : view(name, shown);
  }

  private NodeView known(NodeName name) {
    return Objects.requireNonNull(nodes.get(name));
  }

  private static PinView view(NodeName name, PinStatus pin) {
    return new PinView(name, pin.ref(), HEAD, pin.owner(), pin.reason(), SINCE, pin.expiresAt());
  }

  synchronized NodeView label(NodeName name, Requests.Labels change) {
    NodeView n = known(name);
    Map<String, String> labels = new TreeMap<>(n.labels());
    Objects.requireNonNull(change.remove()).forEach(labels::remove);
    labels.putAll(Objects.requireNonNull(change.set()));
    NodeView labelled = copy(n, n.ref(), n.pin(), labels);
    nodes.put(name, labelled);
    return labelled;
  }

  private static NodeView copy(NodeView n, String ref, @Nullable PinStatus pin) {
    return copy(n, ref, pin, n.labels());
  }

  private static NodeView copy(
      NodeView n, String ref, @Nullable PinStatus pin, Map<String, String> labels) {
    return new NodeView(
        n.name(),
        n.state(),
        n.reason(),
        n.since(),
        n.retryAt(),
        ref,
        pin,
        n.targetCommit(),
        n.deployment(),
        n.appliedCommit(),
        n.workers(),
        n.trees(),
        n.draining(),
        labels,
        n.agentVersion(),
        n.lastSeen(),
        n.why(),
        n.drift(),
        n.stopped(),
        n.contact(),
        n.suspension(),
        n.host());
  }

  synchronized List<PinView> pins() {
    List<PinView> pins = new ArrayList<>();
    for (NodeView node : nodes.values()) {
      if (node.pin() != null) {
        pins.add(view(node.name(), node.pin()));
      }
    }
    return pins;
  }

  synchronized List<NodeView> select(@Nullable String selector, @Nullable String state) {
    return nodes.values().stream()
        .filter(n -> selector == null || selector.equals("role=" + n.labels().get("role")))
        .filter(n -> state == null || n.state().wireName().equals(state))
        .toList();
  }

  synchronized List<DeploymentView> deployments() {
    return List.copyOf(deployments.values());
  }

  synchronized @Nullable DeploymentView deployment(long id) {
    DeploymentView d = deployments.get(id);
    if (d == null) {
      return null;
    }
    Map<String, Integer> counts = new TreeMap<>();
    List<NodeView> its =
        nodes.values().stream().filter(n -> n.pin() == null && n.ref().equals(d.ref())).toList();
    its.forEach(n -> counts.merge(n.state().wireName(), 1, Integer::sum));
    List<DeploymentView.Member> members =
        its.stream()
            .map(n ->
                new DeploymentView.Member(
                    n.name(), n.state(), n.reason(), n.retryAt(), null, null, null))
            .toList();
    return new DeploymentView(
        d.id(),
        d.commit(),
        d.before(),
        d.ref(),
        d.subject(),
        d.author(),
        d.pushedBy(),
        d.state(),
        d.startedAt(),
        d.convergedAt(),
        d.supersededBy(),
        counts,
        d.supersededBy() == null ? members : List.of(),
        d.outcome(),
        counts,
        d.supersededByCommit(),
        null);
  }

  /** The fleet in numbers. */
  public synchronized Fleet numbers() {
    Map<String, Integer> counts = new TreeMap<>();
    for (NodeState state : NodeState.values()) {
      counts.put(state.wireName(), 0);
    }
    nodes.values().forEach(n -> counts.merge(n.state().wireName(), 1, Integer::sum));
    counts.put("total", nodes.size());
    List<Fleet.Ref> refs = new ArrayList<>(List.of(ref("main")));
    deployments.values().stream()
        .map(DeploymentView::ref)
        .filter(r -> !r.equals("main"))
        .distinct()
        .forEach(r -> refs.add(ref(r)));
    return new Fleet(
        17,
        counts,
        new TreeMap<>(Map.of("pinned", pins().size(), "draining", 0, "drifted", 0, "suspended", 0)),
        refs,
        List.copyOf(alarms));
  }

  private Fleet.Ref ref(String ref) {
    DeploymentView latest =
        deployments.values().stream().filter(d -> d.ref().equals(ref)).findFirst().orElse(null);
    List<NodeView> its = nodes.values().stream().filter(n -> n.ref().equals(ref)).toList();
    int converged = (int) its.stream().filter(n -> n.state() == NodeState.CONVERGED).count();
    return new Fleet.Ref(
        ref,
        latest == null ? null : latest.commit(),
        "Look for more",
        "Ann",
        its.size(),
        converged,
        latest == null ? null : latest.id(),
        null,
        troubles.get(ref));
  }

  /** From now on what was pushed to this branch reaches no node; null: it does again. */
  public synchronized void troubled(String ref, @Nullable String why) {
    if (why == null) {
      troubles.remove(ref);
    } else {
      troubles.put(ref, why);
    }
  }
}
