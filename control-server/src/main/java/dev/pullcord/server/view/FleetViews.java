package dev.pullcord.server.view;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.HistoryView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.fleet.FleetChange;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.history.NodeHistory;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Answers from memory; only old deployments and transcripts are read from the store. */
public final class FleetViews implements FleetReader {
  private final FleetModel model;
  private final Store store;
  private final InstantSource clock;
  private final NodeTranscripts transcripts;
  private volatile UnaryOperator<Fleet> alarms = UnaryOperator.identity();

  /** Views of that model. */
  public FleetViews(FleetModel model, Store store, InstantSource clock) {
    this.model = model;
    this.store = store;
    this.clock = clock;
    this.transcripts = new NodeTranscripts(model, store);
  }

  /** Adds what else needs a person. */
  public void alarms(UnaryOperator<Fleet> others) {
    alarms = others;
  }

  @Override
  public Fleet summary() {
    return alarms.apply(model.read(FleetCounts::of));
  }

  @Override
  public Optional<NodeView> node(NodeName name) {
    return held(name).map(held -> NodeViews.whole(held.node(), held.by(), held.lost()));
  }

  @Override
  public Optional<NodeHold> hold(NodeName name) {
    return held(name).flatMap(Held::by);
  }

  /** A node, what holds it, and how its rollout takes its silence, all as of one moment. */
  private record Held(NodeRecord node, Optional<NodeHold> by, String lost) {}

  private Optional<Held> held(NodeName name) {
    Instant now = model.now();
    return model.read(fleet ->
        Optional.ofNullable(fleet.nodes().get(name))
            .map(node ->
                new Held(
                    node,
                    new NodeHolds(fleet, now).of(node),
                    new LostNodes(fleet, now).said(node))));
  }

  @Override
  public List<NodeView> nodes(
      Selector selector, Set<NodeState> states, @Nullable NodeName after, int limit) {
    Instant now = model.now();
    List<Held> selected =
        model.read(fleet -> {
          NodeHolds holds = new NodeHolds(fleet, now);
          LostNodes lost = new LostNodes(fleet, now);
          return (after == null ? fleet.nodes() : fleet.nodes().tailMap(after, false))
              .values().stream()
                  .filter(n -> states.isEmpty() || states.contains(n.state()))
                  .filter(n -> selector.matches(n.settings().labels()))
                  .limit(limit)
                  .map(n -> new Held(n, holds.of(n), lost.said(n)))
                  .toList();
        });
    return selected.stream()
        .map(held -> NodeViews.of(held.node(), held.by(), held.lost()))
        .toList();
  }

  @Override
  public Set<String> branches() {
    return model.read(fleet -> {
      Set<String> branches = new TreeSet<>(fleet.heads().keySet());
      fleet.nodes().values().forEach(node -> branches.add(node.settings().ref()));
      return branches;
    });
  }

  @Override
  public Optional<DeploymentView> deployment(long id) {
    Optional<ReadDeployment> look = look(id);
    return (look.filter(ReadDeployment::behind).isPresent() ? look(id) : look)
        .map(ReadDeployment::view);
  }

  /**
   * The store and then the fleet were read.
   *
   * @param behind whether it was superseded between the two: then it has nodes of its own and none
   *     that is to run it. By now the store knows that, too
   */
  private record ReadDeployment(DeploymentView view, boolean behind) {}

  private Optional<ReadDeployment> look(long id) {
    return store
        .read(tables -> tables.deployments().find(id).map(row -> withMembers(tables, row)))
        .map(known ->
            withoutMembers(known).orElseGet(() -> model.read(fleet -> look(fleet, known))));
  }

  /** An old one, of which only the counts are kept. */
  private Optional<ReadDeployment> withoutMembers(Known known) {
    long id = known.row().id();
    return known.row().next() == null || !known.members().isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(store.read(t -> t.deployments().counts(List.of(id))).get(id))
            .map(counts -> new ReadDeployment(DeploymentViews.kept(known.row(), counts), false));
  }

  private static ReadDeployment look(FleetSnapshot fleet, Known known) {
    boolean behind = known.row().next() == null && !fleet.live().containsKey(known.row().id());
    return new ReadDeployment(view(fleet, known, true), behind);
  }

  /** A deployment as the store has it. */
  private record Known(
      DeploymentTable.StoredDeployment row, List<DeploymentTable.Member> members) {}

  private static Known withMembers(Tables tables, DeploymentTable.StoredDeployment row) {
    return new Known(row, tables.deployments().members(row.id()));
  }

  private static DeploymentView view(FleetSnapshot fleet, Known known, boolean withMembers) {
    return DeploymentViews.of(fleet, known.row(), known.members(), withMembers);
  }

  @Override
  public List<DeploymentView> deployments(@Nullable String ref, long before, int limit) {
    Map<Long, Map<NodeState, Integer>> counts = new HashMap<>();
    List<Known> page =
        store.read(tables -> {
          List<DeploymentTable.StoredDeployment> rows =
              tables.deployments().page(ref, before, limit);
          List<Long> superseded =
              rows.stream()
                  .filter(r -> r.next() != null)
                  .map(DeploymentTable.StoredDeployment::id)
                  .toList();
          counts.putAll(tables.deployments().counts(superseded));
          return rows.stream()
              .map(row -> row.next() == null ? withMembers(tables, row) : new Known(row, List.of()))
              .toList();
        });
    return model.read(fleet ->
        page.stream()
            .map(known ->
                known.row().next() == null
                    ? view(fleet, known, false)
                    : DeploymentViews.kept(
                        known.row(), counts.getOrDefault(known.row().id(), Map.of())))
            .toList());
  }

  @Override
  public List<RolloutView> rollouts() {
    return model.read(fleet ->
        fleet.live().values().stream()
            .sorted(Comparator.comparing(DeploymentTable.StoredDeployment::ref))
            .map(deployment -> rollout(fleet, deployment))
            .toList());
  }

  @Override
  public Optional<RolloutView> rollout(long id) {
    Optional<RolloutView> live =
        model.read(
            fleet -> Optional.ofNullable(fleet.live().get(id)).map(found -> rollout(fleet, found)));
    return live.or(() -> store.read(tables -> old(tables, id)));
  }

  private RolloutView rollout(FleetSnapshot fleet, DeploymentTable.StoredDeployment deployment) {
    RefRollout rollout = fleet.rollouts().get(deployment.ref());
    return rollout == null || rollout.deployment() != deployment.id()
        ? RolloutViews.everyone(fleet, deployment)
        : RolloutViews.live(fleet, deployment, rollout, clock.instant());
  }

  private Optional<RolloutView> old(Tables tables, long id) {
    return tables
        .deployments()
        .find(id)
        .filter(_ -> tables.deployments().isWhole(id))
        .map(found ->
            tables
                .rollouts()
                .find(id)
                .map(RefRollout::of)
                .map(
                    rollout -> RolloutViews.over(found, rollout, RolloutViews.ran(tables, rollout)))
                .orElseGet(() -> model.read(fleet -> RolloutViews.everyone(fleet, found))));
  }

  @Override
  public Optional<DeploymentView.Transcript> transcript(long deployment, NodeName name) {
    return transcripts.of(deployment, name);
  }

  @Override
  public List<Done> lastSteps(NodeName name, int limit) {
    return transcripts.last(name, limit);
  }

  @Override
  public Optional<HistoryView> history(NodeName name, @Nullable Instant at, int limit) {
    return model
        .byName(name)
        .map(node ->
            store.read(tables ->
                new NodeHistory(
                    name,
                    tables.history().all(node.id()),
                    tables.reports().lastStepsWithoutOutput(node.id(), ReportTable.STEPS_KEPT))))
        .map(history -> at == null ? history.newest(limit) : history.at(at));
  }

  @Override
  public Optional<UnderWay> underWay(NodeName name) {
    return transcripts.underWay(name);
  }

  @Override
  public List<PinView> pins() {
    return model.read(fleet -> {
      List<PinView> pins = new ArrayList<>();
      for (NodeRecord node : fleet.nodes().values()) {
        PinTable.StoredPin pin = node.pin();
        if (pin != null) {
          pins.add(NodeViews.pin(node, pin, fleet.heads()));
        }
      }
      return List.copyOf(pins);
    });
  }

  @Override
  public List<FreezeView> freezes() {
    Instant now = model.now();
    return model.read(
        fleet -> fleet.holds().freezes().stream().map(f -> HoldViews.of(f, now)).toList());
  }

  @Override
  public Map<NodeName, String> held(List<Window> windows) {
    Instant now = model.now();
    return model.read(fleet -> HoldViews.held(fleet, windows, now));
  }

  @Override
  public List<OpenGateView> gates() {
    return model.read(
        fleet -> fleet.holds().gates().stream().map(gate -> HoldViews.of(gate, fleet)).toList());
  }

  @Override
  public FleetChange.Subscription subscribe(Consumer<FleetChange> listener) {
    return model.subscribe(listener);
  }
}
