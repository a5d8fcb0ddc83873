package dev.pullcord.server.desired;

import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.Requests;
import dev.pullcord.protocol.api.WorkerAct;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.Labels;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.WorkerStatus;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.server.enroll.Invitations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.FleetViews;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people change, each as one transaction: the change, what follows from it, and the audit
 * entry are on disk together or not at all. Pins also end here by themselves.
 */
public final class Operations implements FleetOperations {
  private static final Logger log = LoggerFactory.getLogger(Operations.class);
  private static final Duration LEAST_PIN = Duration.ofMinutes(1);
  private static final Duration MOST_PIN = Duration.ofDays(365);

  private final Rooms rooms;
  private final Targets targets;
  private final Consumer<Long> cutOff;

  /**
   * What operations work on.
   *
   * @param store holds it all
   * @param fleet is told after each commit
   * @param views shows the outcome
   * @param decisions settles what follows
   * @param waker tells the nodes
   * @param invitations makes join tokens
   * @param clock by which pins end
   */
  public record Rooms(
      Store store,
      FleetModel fleet,
      FleetViews views,
      Decisions decisions,
      Waker waker,
      Invitations invitations,
      InstantSource clock) {}

  /**
   * Operations.
   *
   * @param commits what pins and refs are looked up in
   * @param cutOff closes the connections of a node, by id
   */
  public Operations(Rooms rooms, CommitSource commits, Consumer<Long> cutOff) {
    this.rooms = rooms;
    this.targets = new Targets(commits);
    this.cutOff = cutOff;
  }

  @Override
  public PinView pin(Principal who, NodeName node, PinView.Request request) {
    String reason = Requested.reason(request.reason());
    Duration duration = Requested.duration("for", request.duration(), LEAST_PIN, MOST_PIN);
    Targets.Target target = targets.any(Requested.ref(request.ref()));
    change(
        node,
        (tables, row) -> {
          Instant now = rooms.clock().instant();
          PinTable.@Nullable Row before = tables.pins().find(row.id()).orElse(null);
          PinTable.Row pin =
              new PinTable.Row(
                  row.id(),
                  target.ref(),
                  target.branch(),
                  target.commit(),
                  who.owner(),
                  reason,
                  now,
                  now.plus(duration));
          tables.pins().put(pin);
          audit(tables, who, "pin", node, before == null ? null : text(before), made(pin));
        });
    return rooms.views().pin(node).orElseThrow(() -> Requested.noSuchNode(node));
  }

  @Override
  public PinView foresee(Principal who, NodeName node, PinView.Request request) {
    String reason = Requested.reason(request.reason());
    Duration duration = Requested.duration("for", request.duration(), LEAST_PIN, MOST_PIN);
    Targets.Target target = targets.any(Requested.ref(request.ref()));
    rooms.store().read(tables -> existing(tables, node));
    Instant now = rooms.clock().instant();
    return new PinView(
        node, target.ref(), target.commit(), who.owner(), reason, now, now.plus(duration));
  }

  @Override
  public void unpin(Principal who, NodeName node) {
    change(
        node,
        (tables, row) -> {
          PinTable.Row pin =
              tables
                  .pins()
                  .find(row.id())
                  .orElseThrow(() ->
                      new Refusal(
                          Refusal.Kind.NOT_FOUND,
                          "PIN_MISSING",
                          node + " is not pinned; pullcord pins lists the pins",
                          null));
          tables.pins().remove(row.id());
          audit(tables, who, "unpin", node, text(pin), null);
        });
  }

  @Override
  public NodeView retry(Principal who, NodeName node) {
    change(
        node,
        (tables, row) -> {
          // The retry itself changes the decision, so this is the revision that will carry it.
          tables.nodes().retry(row.id(), tables.revisions().newest() + 1);
          Long deployment = row.decision() == null ? null : row.decision().deployment();
          if (deployment != null) {
            tables.deployments().reopen(deployment);
          }
          audit(tables, who, "retry", node, row.retry() + "", (row.retry() + 1) + "");
        });
    return view(node);
  }

  @Override
  public NodeView order(
      Principal who, NodeName node, String worker, WorkerAct act, @Nullable String reason) {
    String why = reason == null || reason.isBlank() ? "" : Requested.reason(reason);
    Set<String> known = new HashSet<>(view(node).workers().keySet());
    change(
        node,
        (tables, row) -> {
          known.addAll(targets.workers(row.decision(), row.labels()));
          WorkerOrders.Order order =
              new WorkerOrders.Order(worker, act, who.owner(), why, rooms.clock().instant());
          tables.nodes().order(row.id(), WorkerOrders.after(row.orders(), order, node, known));
          String said = why.isEmpty() ? worker : worker + ": " + why;
          audit(tables, who, "worker." + act.word(), node, null, said);
        });
    return view(node);
  }

  @Override
  public NodeView kill(Principal who, NodeName node, long generation, @Nullable String reason) {
    String why = Requested.reason(reason);
    Map<String, WorkerStatus> workers = view(node).workers();
    change(
        node,
        (tables, row) -> {
          Orders.Kill kill = new Orders.Kill(who.owner(), why, rooms.clock().instant());
          Orders orders =
              WorkerOrders.killing(row.orders(), generation, kill, node, workers.values());
          tables.nodes().order(row.id(), orders);
          String what = WorkerOrders.text(generation, workers);
          audit(tables, who, "worker.kill", node, null, what + ": " + why);
        });
    return view(node);
  }

  @Override
  public NodeView follow(Principal who, NodeName node, String ref) {
    String branch = Requested.branch("ref", ref);
    targets.requireBranch(branch);
    change(
        node,
        (tables, row) -> {
          tables.nodes().follow(row.id(), branch);
          audit(tables, who, "follow", node, row.ref(), branch);
        });
    return view(node);
  }

  @Override
  public NodeView label(Principal who, NodeName node, Requests.Labels change) {
    change(
        node,
        (tables, row) -> {
          Map<String, String> labels = Requested.labels(row.labels(), change);
          if (!labels.equals(row.labels())) {
            tables.nodes().label(row.id(), labels);
            audit(tables, who, "label", node, Labels.text(row.labels()), Labels.text(labels));
          }
        });
    return view(node);
  }

  @Override
  public void remove(Principal who, NodeName node) {
    NodeTable.Row removed =
        rooms
            .store()
            .write(tables -> {
              NodeTable.Row row = existing(tables, node);
              Instant now = rooms.clock().instant();
              leaveDeployment(tables, row, now);
              tables.pins().remove(row.id());
              tables.reports().forget(row.id());
              NodeTable.Removal removal = new NodeTable.Removal(who.owner(), now);
              tables.nodes().remove(row.id(), removal);
              audit(tables, who, "node.remove", node, row.key().value(), null);
              tables.afterCommit(() -> rooms.fleet().removed(row, removal));
              return row;
            });
    cutOff.accept(removed.id());
  }

  private static void leaveDeployment(Tables tables, NodeTable.Row row, Instant now) {
    Long deployment = row.decision() == null ? null : row.decision().deployment();
    if (deployment != null) {
      tables.deployments().leave(deployment, List.of(row.id()), now);
    }
  }

  @Override
  public Invitation invite(Principal who, Invitation.Request request) {
    List<String> refs = request.refs() == null ? List.of() : request.refs();
    refs.forEach(r -> Requested.branch("refs", r));
    Duration ttl =
        request.ttl() == null
            ? Duration.ofHours(1)
            : Requested.duration("ttl", request.ttl(), Duration.ofMinutes(1), Duration.ofDays(30));
    int uses = request.uses() == null ? 1 : request.uses();
    if (uses < 1 || uses > 1000) {
      throw Requested.malformed("uses", "uses: " + uses + " is not between 1 and 1000");
    }
    Invitations.Terms terms =
        new Invitations.Terms(
            Requested.namePattern(request.namePattern()),
            Requested.labels(request.labels()),
            refs.isEmpty() ? List.of(targets.defaultBranch()) : refs,
            uses,
            ttl);
    Invitation made = rooms.invitations().create(who, terms);
    // A branch may be pushed later than its nodes are invited, so this is no reason to refuse.
    return refs.stream()
        .flatMap(ref -> targets.missing(ref).stream())
        .findFirst()
        .map(what -> made.noting(what + "; its nodes wait until it is pushed"))
        .orElse(made);
  }

  /** Ends the pins whose time has come: at start, and every second. */
  public void expirePins() {
    Instant now = rooms.clock().instant();
    boolean due =
        rooms
            .fleet()
            .read(fleet ->
                fleet.nodes().values().stream()
                    .anyMatch(n -> n.pin() != null && !n.pin().expiresAt().isAfter(now)));
    if (!due) {
      return;
    }
    List<Long> changed =
        rooms
            .store()
            .write(tables -> {
              List<Long> ids = new ArrayList<>();
              for (PinTable.Row pin : tables.pins().all()) {
                if (!pin.expiresAt().isAfter(now)) {
                  ids.addAll(expire(tables, pin));
                }
              }
              return ids;
            });
    rooms.waker().wake(changed);
  }

  private List<Long> expire(Tables tables, PinTable.Row pin) {
    tables.pins().remove(pin.node());
    NodeTable.Row row = tables.nodes().find(pin.node()).orElseThrow();
    Instant now = rooms.clock().instant();
    tables
        .audit()
        .append(
            new AuditTable.Entry(now, "server", "pin.expire", row.name().value(), text(pin), null));
    log.info("the pin of {} to {} has expired", row.name(), pin.ref());
    return rooms.decisions().settle(tables, pin.node());
  }

  private void change(NodeName node, Change change) {
    List<Long> changed =
        rooms
            .store()
            .write(tables -> {
              NodeTable.Row row = existing(tables, node);
              change.apply(tables, row);
              return rooms.decisions().settle(tables, row.id());
            });
    rooms.waker().wake(changed);
  }

  private NodeView view(NodeName node) {
    return rooms.views().node(node).orElseThrow(() -> Requested.noSuchNode(node));
  }

  private static NodeTable.Row existing(Tables tables, NodeName node) {
    return tables.nodes().findByName(node).orElseThrow(() -> Requested.noSuchNode(node));
  }

  private void audit(
      Tables tables,
      Principal who,
      String what,
      NodeName node,
      @Nullable String before,
      @Nullable String after) {
    tables.audit().append(who.did(rooms.clock().instant(), what, node.value(), before, after));
  }

  private static String made(PinTable.Row pin) {
    String time = Durations.format(Duration.between(pin.createdAt(), pin.expiresAt()));
    return pin.ref() + " (" + pin.commit().abbreviated() + ") for " + time + ": " + pin.reason();
  }

  private static String text(PinTable.Row pin) {
    Instant until = pin.expiresAt().truncatedTo(ChronoUnit.SECONDS);
    return pin.ref() + " until " + until + " by " + pin.owner() + ": " + pin.reason();
  }

  @FunctionalInterface
  private interface Change {
    void apply(Tables tables, NodeTable.Row row);
  }
}
