package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.FleetUpdate;
import dev.pullcord.server.fleet.HoldOrders;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.history.HistoryNotes;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.NodeContact;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one place where it is decided what nodes run. Everything that could change a decision (a
 * push, a pin, its end, another ref, a new node) changes its own rows and then settles the nodes
 * that it concerns, all in one transaction: settling makes the deployments that are missing, works
 * out each node's decision anew, and keeps those that differ under one new revision. Settling twice
 * changes nothing the second time.
 */
public final class Decisions {
  private static final long NOBODY = 0;

  private final String repository;
  private final InstantSource clock;
  private final FleetModel fleet;
  private final Incarnations incarnations;
  private final Rollouts rollouts;
  private final Superseding superseding;

  /** Hears of deployments that are superseded. */
  public interface Superseding {
    /**
     * Called in the transaction in which a newer one has superseded it, before its nodes go on.
     *
     * @param old as it was before
     */
    void superseded(Tables tables, DeploymentTable.StoredDeployment old);
  }

  /**
   * Decides for the nodes of one repository.
   *
   * @param fleet is told after each commit
   * @param incarnations with the one that counts from now on
   * @param rollouts begun with deployments that do not reach everyone at once
   * @param superseding told of every deployment that a newer one supersedes, whatever made that one
   */
  public Decisions(
      String repository,
      InstantSource clock,
      FleetModel fleet,
      Incarnations incarnations,
      Rollouts rollouts,
      Superseding superseding) {
    this.repository = repository;
    this.clock = clock;
    this.fleet = fleet;
    this.incarnations = incarnations;
    this.rollouts = rollouts;
    this.superseding = superseding;
  }

  /** Reads what deciding about these commits needs, so that no transaction waits for it. */
  public void prepare(Collection<CommitId> heads) {
    heads.forEach(rollouts::spec);
  }

  /**
   * Moves the rollout of a deployment on, as the fleet is now. Returns the ids of the nodes that
   * have another decision now.
   */
  public List<Long> advance(Tables tables, long deployment) {
    Optional<RefRollout> rollout =
        tables.rollouts().live().stream()
            .filter(row -> row.deployment() == deployment)
            .map(RefRollout::of)
            .findFirst();
    if (rollout.isEmpty()) {
      return List.of(); // superseded a moment ago
    }
    List<StoredNode> concerned =
        rollouts.advance(tables, rollout.get(), clock.instant()).stream()
            .flatMap(node -> tables.nodes().findByName(new NodeName(node)).stream())
            .toList();
    return settle(tables, concerned, NOBODY);
  }

  /** Settles all nodes. Returns the ids of those that have another decision now. */
  public List<Long> settleAll(Tables tables) {
    return settle(tables, tables.nodes().all(), NOBODY);
  }

  /** Settles one node. Returns its id if it has another decision now. */
  public List<Long> settle(Tables tables, long node) {
    return settle(tables, tables.nodes().find(node).stream().toList(), NOBODY);
  }

  /** Settles several nodes at one moment. */
  public List<Long> settle(Tables tables, Collection<Long> nodes) {
    List<StoredNode> rows = nodes.stream().flatMap(id -> tables.nodes().find(id).stream()).toList();
    return settle(tables, rows, NOBODY);
  }

  /** Settles one node, which gets its decision under another number also when it is the same. */
  public void decideAnew(Tables tables, long node) {
    settle(tables, tables.nodes().find(node).stream().toList(), node);
  }

  private List<Long> settle(Tables tables, List<StoredNode> nodes, long anew) {
    Instant now = clock.instant();
    Map<Long, PinTable.StoredPin> pins = pinsOf(tables, nodes);
    Map<String, RefTable.BranchHead> heads = new HashMap<>();
    HoldOrders.heads(tables).forEach(r -> heads.put(r.ref(), r));
    makeDeployments(tables, nodes, heads, pins, now);
    Map<String, DeploymentTable.StoredDeployment> newest = new HashMap<>();
    tables.deployments().live().forEach(d -> newest.put(d.ref(), d));
    Steering steering = Steering.read(tables, heads.values(), now);
    NodeTarget.Branches branches = new NodeTarget.Branches(heads, newest);
    NodeTarget.Stamp stamp =
        new NodeTarget.Stamp(
            repository, tables.revisions().newest() + 1, incarnations.current(), now);

    List<StoredNode> changed = new ArrayList<>();
    DeploymentMoves moves = new DeploymentMoves(newest.values());
    for (StoredNode node : nodes) {
      DesiredState decided =
          NodeTarget.of(node, pins.get(node.id()), branches, steering).decision(node, stamp);
      if (node.id() == anew || !same(node.decision(), decided)) {
        StoredNode settled = settled(tables, node, decided);
        DesiredState made = Objects.requireNonNull(settled.decision());
        moves.note(node, made);
        HistoryNotes.decided(
            tables,
            node.id(),
            node.decision(),
            made,
            newest.get(made.ref()),
            steering.rollout(made.ref(), made.deployment()) != null);
        changed.add(settled);
      }
    }
    moves.store(tables, now);
    if (!changed.isEmpty()) {
      tables.revisions().next();
    }
    // One node alone is published in any case: its pin or its row may be another.
    publish(tables, changed.isEmpty() && nodes.size() == 1 ? nodes : changed, pins, steering, now);
    return changed.stream().map(StoredNode::id).toList();
  }

  /** Whether two decisions are the same but for the revision and the time they were made. */
  private static boolean same(@Nullable DesiredState a, DesiredState b) {
    return a != null && a.as(b.revision(), b.incarnation(), b.serverTime()).equals(b);
  }

  /**
   * The node with its decision. One that has seen decisions that this server does not have keeps
   * the number of its old one, so that its agent goes on with what it has seen, until a person has
   * decided on another commit since: then that counts.
   */
  private static StoredNode settled(Tables tables, StoredNode node, DesiredState decided) {
    DesiredState before = node.decision();
    if (node.contact().ahead() == null || before == null) {
      return node.withDecision(decided);
    }
    if (Objects.equals(before.commit(), decided.commit())) {
      return node.withDecision(
          decided.as(before.revision(), before.incarnation(), decided.serverTime()));
    }
    NodeContact contact = node.contact().withAhead(null);
    tables.nodes().contact(node.id(), contact);
    return node.withDecision(decided).withContact(contact);
  }

  private static Map<Long, PinTable.StoredPin> pinsOf(Tables tables, List<StoredNode> nodes) {
    Map<Long, PinTable.StoredPin> pins = new HashMap<>();
    if (nodes.size() == 1) {
      tables.pins().find(nodes.getFirst().id()).ifPresent(p -> pins.put(p.node(), p));
    } else {
      tables.pins().all().forEach(p -> pins.put(p.node(), p));
    }
    return pins;
  }

  /** A branch that some node is to run, now or after its pin, needs a deployment of its head. */
  private void makeDeployments(
      Tables tables,
      List<StoredNode> nodes,
      Map<String, RefTable.BranchHead> heads,
      Map<Long, PinTable.StoredPin> pins,
      Instant now) {
    nodes.stream()
        .flatMap(n ->
            Stream.of(
                Optional.ofNullable(NodeRecord.branch(n, pins.get(n.id()))),
                Optional.of(n.settings().ref())))
        .flatMap(Optional::stream)
        .distinct()
        .sorted()
        .map(heads::get)
        .filter(Objects::nonNull)
        .forEach(head -> {
          Optional<DeploymentTable.StoredDeployment> newest =
              tables.deployments().newest(head.ref());
          if (newest.isEmpty() || !newest.get().commit().equals(head.commit())) {
            DeploymentTable.StoredDeployment created = tables.deployments().create(head, now);
            newest.ifPresent(old -> superseding.superseded(tables, old));
            tables.deployments().forget(head.ref(), DeploymentTable.KEPT);
            rollouts.begin(tables, created, newest.orElse(null), pinned(tables), now);
          }
        });
  }

  private static Set<Long> pinned(Tables tables) {
    return tables.pins().all().stream()
        .map(PinTable.StoredPin::node)
        .collect(Collectors.toUnmodifiableSet());
  }

  private void publish(
      Tables tables,
      List<StoredNode> nodes,
      Map<Long, PinTable.StoredPin> pins,
      Steering steering,
      Instant now) {
    FleetUpdate update =
        FleetUpdate.of(
            tables,
            nodes.stream().map(n -> new FleetUpdate.Node(n, pins.get(n.id()))).toList(),
            List.copyOf(steering.rollouts().values()),
            now);
    tables.afterCommit(() -> fleet.decided(update));
  }
}
