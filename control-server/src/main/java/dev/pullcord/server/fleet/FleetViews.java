package dev.pullcord.server.fleet;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.DeploymentTable.MemberEnd;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answers from memory; only old deployments and transcripts are read from the store. */
public final class FleetViews implements FleetReader {
  /** Without contact for this long, a node is offline. */
  public static final Duration OFFLINE_AFTER = NodeStates.OFFLINE_AFTER;

  private final FleetModel model;
  private final Store store;

  /** Views of that model. */
  public FleetViews(FleetModel model, Store store) {
    this.model = model;
    this.store = store;
  }

  @Override
  public Fleet summary() {
    return model.read(FleetViews::summary);
  }

  private static Fleet summary(FleetModel.Snapshot fleet) {
    Map<String, Integer> states = new LinkedHashMap<>();
    states.put("total", fleet.nodes().size());
    for (NodeState state : NodeState.values()) {
      states.put(state.wireName(), 0);
    }
    Map<String, Integer> attributes = new LinkedHashMap<>();
    List.of("pinned", "draining", "drifted", "unproven", "suspended", "lost-contact")
        .forEach(a -> attributes.put(a, 0));
    Map<String, int[]> refs = new TreeMap<>();
    List<String> alarms = new ArrayList<>();
    for (NodeRecord node : fleet.nodes().values()) {
      states.merge(node.state().wireName(), 1, Integer::sum);
      attributes.merge("pinned", node.pin() == null ? 0 : 1, Integer::sum);
      attributes.merge("draining", node.draining() ? 1 : 0, Integer::sum);
      attributes.merge("drifted", node.drift() == null ? 0 : 1, Integer::sum);
      attributes.merge("unproven", node.unproven() ? 1 : 0, Integer::sum);
      attributes.merge("lost-contact", node.lostSince() == null ? 0 : 1, Integer::sum);
      String alarm = node.row().contact().alarm();
      if (alarm != null) {
        alarms.add("node " + node.name() + ": " + alarm);
      }
      refs.computeIfAbsent(node.row().ref(), _ -> new int[2]);
      String branch = node.branch();
      if (branch != null) {
        int[] count = refs.computeIfAbsent(branch, _ -> new int[2]);
        count[0]++;
        count[1] += node.state() == NodeState.CONVERGED ? 1 : 0;
      }
    }
    Map<String, Long> newest = new HashMap<>();
    fleet.live().values().forEach(d -> newest.put(d.ref(), d.id()));
    List<Fleet.Ref> views = new ArrayList<>();
    refs.forEach(
        (ref, count) -> views.add(ref(ref, count, fleet.heads().get(ref), newest.get(ref))));
    return new Fleet(fleet.revision(), states, attributes, views, alarms);
  }

  private static Fleet.Ref ref(
      String ref, int[] count, RefTable.@Nullable Row head, @Nullable Long deployment) {
    return head == null
        ? new Fleet.Ref(ref, null, null, null, count[0], count[1], deployment)
        : new Fleet.Ref(
            ref, head.commit(), head.subject(), head.author(), count[0], count[1], deployment);
  }

  @Override
  public Optional<NodeView> node(NodeName name) {
    return model.byName(name).map(NodeViews::of);
  }

  @Override
  public List<NodeView> nodes(
      Selector selector, Set<NodeState> states, @Nullable NodeName after, int limit) {
    List<NodeRecord> selected =
        model.read(fleet ->
            (after == null ? fleet.nodes() : fleet.nodes().tailMap(after, false))
                .values().stream()
                    .filter(n -> states.isEmpty() || states.contains(n.state()))
                    .filter(n -> selector.matches(n.row().labels()))
                    .limit(limit)
                    .toList());
    return selected.stream().map(NodeViews::of).toList();
  }

  @Override
  public Optional<DeploymentView> deployment(long id) {
    return store
        .read(tables -> tables.deployments().find(id).map(row -> withMembers(tables, row)))
        .map(known -> model.read(fleet -> view(fleet, known, true)));
  }

  /** A deployment as the store has it. */
  private record Known(DeploymentTable.Row row, List<DeploymentTable.Member> members) {}

  private static Known withMembers(Tables tables, DeploymentTable.Row row) {
    return new Known(row, tables.deployments().members(row.id()));
  }

  private static DeploymentView view(FleetModel.Snapshot fleet, Known known, boolean withMembers) {
    return DeploymentViews.of(fleet, known.row(), known.members(), withMembers);
  }

  @Override
  public Set<String> branches() {
    return model.read(fleet -> {
      Set<String> branches = new TreeSet<>(fleet.heads().keySet());
      fleet.nodes().values().forEach(node -> branches.add(node.row().ref()));
      return branches;
    });
  }

  @Override
  public List<DeploymentView> deployments(@Nullable String ref, long before, int limit) {
    Map<Long, Map<NodeState, Integer>> counts = new HashMap<>();
    List<Known> page =
        store.read(tables -> {
          List<DeploymentTable.Row> rows = tables.deployments().page(ref, before, limit);
          counts.putAll(
              tables
                  .deployments()
                  .counts(
                      rows.stream()
                          .filter(r -> r.next() != null)
                          .map(DeploymentTable.Row::id)
                          .toList()));
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
  public Optional<DeploymentView.Transcript> transcript(long deployment, NodeName name) {
    return store.read(tables -> {
      Optional<DeploymentTable.Member> member =
          tables.deployments().members(deployment).stream()
              .filter(m -> m.name().equals(name))
              .reduce((_, last) -> last);
      return member.map(m -> {
        List<StepRecord> steps = tables.reports().steps(deployment, m.node());
        return new DeploymentView.Transcript(
            deployment, name, steps, underWay(deployment, m.node(), steps));
      });
    });
  }

  @Override
  public List<Done> lastSteps(NodeName name, int limit) {
    return model
        .byName(name)
        .map(n -> store.read(tables -> tables.reports().lastSteps(n.id(), limit)))
        .orElse(List.of())
        .stream()
        .map(done -> new Done(done.deployment(), done.step()))
        .toList();
  }

  @Override
  public Optional<UnderWay> underWay(NodeName name) {
    return model
        .byName(name)
        .flatMap(n ->
            model
                .underWay(n)
                .map(step -> {
                  List<StepRecord> kept =
                      store
                          .read(tables -> tables.reports().lastSteps(n.id(), UnderWay.DONE_MAX))
                          .stream()
                          .map(ReportTable.Done::step)
                          .toList();
                  return without(step, kept);
                }));
  }

  private @Nullable UnderWay underWay(long deployment, long node, List<StepRecord> kept) {
    return model
        .byId(node)
        .filter(n -> Objects.equals(n.decision().deployment(), deployment))
        .flatMap(n -> model.underWay(n).filter(step -> step.commit().equals(n.decision().commit())))
        .map(step -> without(step, kept))
        .orElse(null);
  }

  /** A step may be kept already that the node still told of when it said what is under way. */
  private static UnderWay without(UnderWay step, List<StepRecord> kept) {
    Set<List<Long>> places =
        kept.stream().map(s -> List.of(s.pass(), (long) s.index())).collect(Collectors.toSet());
    return step.with(
        step.subject(),
        step.output(),
        step.done().stream()
            .filter(s -> !places.contains(List.of(s.pass(), (long) s.index())))
            .toList());
  }

  @Override
  public List<PinView> pins() {
    return model.read(fleet -> {
      List<PinView> pins = new ArrayList<>();
      for (NodeRecord node : fleet.nodes().values()) {
        PinTable.Row pin = node.pin();
        if (pin != null) {
          pins.add(NodeViews.pin(node, pin, fleet.heads()));
        }
      }
      return List.copyOf(pins);
    });
  }

  @Override
  public Subscription subscribe(Consumer<FleetChange> listener) {
    return model.subscribe(listener);
  }

  /** The pin of a node as it is shown. */
  public Optional<PinView> pin(NodeName name) {
    return pins().stream().filter(p -> p.node().equals(name)).findFirst();
  }

  /** A deployment that is further than what is kept of it. */
  public record Unkept(
      DeploymentTable.Row row, Map<Long, Instant> converged, Map<Long, MemberEnd> ends) {}

  /** Deployments that are further than what is kept of them. */
  public List<Unkept> unkeptProgress() {
    Collection<DeploymentTable.Row> open =
        model.read(fleet ->
            fleet.live().values().stream()
                .filter(d -> d.ending() == null || d.convergedAt() == null)
                .toList());
    List<Known> known =
        store.read(tables ->
            open.stream()
                .flatMap(d -> tables.deployments().find(d.id()).stream())
                .filter(d -> d.next() == null)
                .map(d -> withMembers(tables, d))
                .toList());
    return model.read(fleet -> known.stream().flatMap(k -> unkept(fleet, k).stream()).toList());
  }

  private static Optional<Unkept> unkept(FleetModel.Snapshot fleet, Known known) {
    List<DeploymentMember> members = DeploymentMember.of(fleet, known.row(), known.members());
    DeploymentTable.Row newer = DeploymentViews.progressed(known.row(), members);
    if (newer.equals(known.row())) {
      return Optional.empty();
    }
    Map<Long, Instant> converged = new HashMap<>();
    Map<Long, MemberEnd> ends = new HashMap<>();
    for (DeploymentMember member : members) {
      Instant at = member.convergedAt();
      if (at != null) {
        converged.put(member.kept().node(), at);
      }
      ends.put(member.kept().node(), new MemberEnd(member.state(), member.reason()));
    }
    return Optional.of(new Unkept(newer, converged, ends));
  }
}
