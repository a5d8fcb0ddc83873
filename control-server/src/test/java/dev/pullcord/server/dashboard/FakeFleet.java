package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.fleet.FleetChange;
import dev.pullcord.server.view.FleetReader;
import dev.pullcord.server.view.NodeHold;
import dev.pullcord.server.view.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A fleet that is what it was told to be; a change calls its listeners, as the real one does. */
public final class FakeFleet implements FleetReader {
  private final List<OpenGateView> gates = new ArrayList<>();
  private final Map<NodeName, NodeView> nodes = new TreeMap<>();
  private final Map<String, DeploymentView> heads = new TreeMap<>();
  private final List<String> emptyRefs = new ArrayList<>();
  private final List<Consumer<FleetChange>> listeners = new CopyOnWriteArrayList<>();
  private final Map<NodeName, List<StepRecord>> steps = new TreeMap<>();
  private final Map<NodeName, UnderWay> underWay = new TreeMap<>();
  private final Map<NodeName, HistoryView> history = new TreeMap<>();
  private final Map<NodeName, NodeHold> holds = new TreeMap<>();
  private final List<String> alarms = new ArrayList<>();
  private long revision = 1;
  private int reads;
  private boolean broken;

  public synchronized void put(NodeView node) {
    nodes.put(node.name(), node);
    changed(node.name());
  }

  public synchronized void hold(String node, NodeHold hold) {
    holds.put(new NodeName(node), hold);
  }

  @Override
  public synchronized Optional<NodeHold> hold(NodeName name) {
    return Optional.ofNullable(holds.get(name));
  }

  public synchronized void history(HistoryView view) {
    history.put(view.node(), view);
  }

  public synchronized void alarm(String text) {
    alarms.add(text);
    changed(null);
  }

  public synchronized void remove(String name) {
    nodes.remove(new NodeName(name));
    changed(null);
  }

  public synchronized void head(
      String ref, CommitId commit, String subject, String author, String pushedBy, Instant at) {
    long id = heads.size() + 1;
    heads.put(
        ref,
        new DeploymentView(
            id,
            commit,
            null,
            ref,
            subject,
            author,
            pushedBy,
            DeploymentView.State.RUNNING,
            at,
            at.plusMillis(1240),
            null,
            Map.of(),
            List.of(),
            null,
            Map.of(),
            null,
            null));
    revision++;
    changed(null);
  }

  public synchronized void emptyRef(String ref) {
    emptyRefs.add(ref);
    changed(null);
  }

  public synchronized void broken(boolean now) {
    broken = now;
    changed(null);
  }

  public synchronized int reads() {
    return reads;
  }

  public int listeners() {
    return listeners.size();
  }

  private void changed(@Nullable NodeName node) {
    listeners.forEach(l -> l.accept(new FleetChange(node)));
  }

  @Override
  public synchronized Fleet summary() {
    if (broken) {
      throw new IllegalStateException("the store is away");
    }
    reads++;
    Map<String, Integer> counts = new TreeMap<>();
    for (NodeState state : NodeState.values()) {
      counts.put(
          state.wireName(), (int) nodes.values().stream().filter(n -> n.state() == state).count());
    }
    counts.put("total", nodes.size());
    List<Fleet.Ref> refs = new ArrayList<>();
    heads.values().forEach(d -> refs.add(ref(d)));
    emptyRefs.forEach(
        r -> refs.add(new Fleet.Ref(r, null, null, null, members(r).size(), 0, null)));
    return new Fleet(revision, counts, Map.of(), refs, List.copyOf(alarms));
  }

  private Fleet.Ref ref(DeploymentView d) {
    List<NodeView> members = members(d.ref());
    int converged = (int) members.stream().filter(n -> n.state() == NodeState.CONVERGED).count();
    return new Fleet.Ref(
        d.ref(), d.commit(), d.subject(), d.author(), members.size(), converged, d.id());
  }

  private List<NodeView> members(String ref) {
    return nodes.values().stream()
        .filter(n -> (n.pin() == null ? n.ref() : n.pin().ref()).equals(ref))
        .toList();
  }

  @Override
  public synchronized Optional<NodeView> node(NodeName name) {
    return Optional.ofNullable(nodes.get(name));
  }

  @Override
  public synchronized List<NodeView> nodes(
      Selector selector, Set<NodeState> states, @Nullable NodeName after, int limit) {
    return nodes.values().stream()
        .filter(n -> after == null || n.name().compareTo(after) > 0)
        .filter(n -> selector.matches(n.labels()))
        .filter(n -> states.isEmpty() || states.contains(n.state()))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized Optional<DeploymentView> deployment(long id) {
    return heads.values().stream().filter(d -> d.id() == id).findFirst();
  }

  @Override
  public synchronized Set<String> branches() {
    return heads.keySet();
  }

  @Override
  public synchronized List<DeploymentView> deployments(
      @Nullable String ref, long before, int limit) {
    return heads.values().stream()
        .filter(d -> (ref == null || d.ref().equals(ref)) && d.id() < before)
        .limit(limit)
        .toList();
  }

  @Override
  public Optional<DeploymentView.Transcript> transcript(long deployment, NodeName node) {
    return Optional.empty();
  }

  @Override
  public synchronized Optional<HistoryView> history(
      NodeName node, @Nullable Instant at, int limit) {
    return Optional.of(history.getOrDefault(node, new HistoryView(node, at, null, List.of())));
  }

  @Override
  public synchronized List<Done> lastSteps(NodeName node, int limit) {
    return steps.getOrDefault(node, List.of()).stream().map(s -> new Done(7L, s)).toList();
  }

  @Override
  public synchronized Optional<UnderWay> underWay(NodeName node) {
    return Optional.ofNullable(underWay.get(node));
  }

  /** What a node is in the middle of. */
  public synchronized void underWay(String node, UnderWay step) {
    underWay.put(new NodeName(node), step);
  }

  /** What a node did. */
  public synchronized void steps(String node, List<StepRecord> done) {
    steps.put(new NodeName(node), List.copyOf(done));
  }

  @Override
  public List<PinView> pins() {
    return List.of();
  }

  @Override
  public FleetChange.Subscription subscribe(Consumer<FleetChange> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** A gate is open from now on. */
  public void open(OpenGateView gate) {
    gates.add(gate);
  }

  @Override
  public List<OpenGateView> gates() {
    return List.copyOf(gates);
  }
}
