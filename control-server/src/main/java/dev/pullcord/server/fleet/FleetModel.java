package dev.pullcord.server.fleet;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.TroubleStart;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The whole fleet in memory, so that no question about it waits for the disk. It is what the store
 * holds, read at start and changed after each commit, plus when each node was last heard of.
 */
public final class FleetModel {
  /** Longer than an agent is ever silent: it says that it lives every 15 s. */
  private static final Duration SILENT_AFTER = Duration.ofSeconds(20);

  private final InstantSource clock;
  private final Instant startedAt;
  private final ChangeFeed feed;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final TreeMap<NodeName, NodeRecord> nodes = new TreeMap<>();
  private final Map<Long, NodeName> names = new HashMap<>();
  private final Map<Long, TroubleStart> troubles = new HashMap<>();
  private final Map<NodeKeyId, NodeName> keys = new HashMap<>();
  private final Map<NodeKeyId, NodeTable.Removal> removedKeys = new HashMap<>();
  private final Set<Long> unsaved = new HashSet<>();
  private final Map<String, RefTable.Row> heads = new TreeMap<>();
  private final Map<Long, DeploymentTable.Row> live = new TreeMap<>();
  private long revision;
  private long version;

  private FleetModel(InstantSource clock, Executor notifications) {
    this.clock = clock;
    this.startedAt = clock.instant();
    this.feed = new ChangeFeed(notifications);
  }

  /**
   * Reads the fleet from the store.
   *
   * @param clock by which nodes go offline; 45 s at the earliest after now
   * @param notifications where listeners are called
   */
  public static FleetModel load(Store store, InstantSource clock, Executor notifications) {
    FleetModel model = new FleetModel(clock, notifications);
    store.read(tables -> {
      model.readFrom(tables);
      return model;
    });
    return model;
  }

  private void readFrom(Tables tables) {
    Map<Long, PinTable.Row> pins = new HashMap<>();
    tables.pins().all().forEach(p -> pins.put(p.node(), p));
    Map<Long, ReportTable.Latest> said = new HashMap<>();
    tables.reports().all().forEach(s -> said.put(s.node(), s));
    Map<Long, Map<Long, DeploymentTable.Member>> members = new HashMap<>();
    for (DeploymentTable.Row deployment : tables.deployments().live()) {
      live.put(deployment.id(), deployment);
      Map<Long, DeploymentTable.Member> its = new HashMap<>();
      tables.deployments().members(deployment.id()).forEach(m -> its.put(m.node(), m));
      members.put(deployment.id(), its);
    }
    tables.refs().all().forEach(r -> heads.put(r.ref(), r));
    removedKeys.putAll(tables.nodes().removedKeys());
    revision = tables.revisions().newest();
    Instant now = clock.instant();
    for (NodeTable.Row row : tables.nodes().all()) {
      NodeTable.Standing standing = row.standing();
      Long deployment = decisionOf(row).deployment();
      DeploymentTable.Member member =
          deployment == null ? null : members.getOrDefault(deployment, Map.of()).get(row.id());
      NodeRecord record =
          new NodeRecord(
              row,
              decisionOf(row),
              pins.get(row.id()),
              said.get(row.id()),
              null,
              lastSeen(row, said.get(row.id())),
              standing == null ? newcomer(now) : standing,
              "",
              member == null ? null : member.convergedAt(),
              member == null ? null : member.joinedAt(),
              null);
      put(judged(record, now));
    }
  }

  /** A report is contact, and is on disk before the contact itself is. */
  private static @Nullable Instant lastSeen(NodeTable.Row row, ReportTable.@Nullable Latest said) {
    Instant seen = row.lastSeen();
    return said != null && (seen == null || said.receivedAt().isAfter(seen))
        ? said.receivedAt()
        : seen;
  }

  /** A node is never stored without its decision, except within the transaction that enrols it. */
  private static DesiredState decisionOf(NodeTable.Row row) {
    DesiredState decision = row.decision();
    if (decision == null) {
      throw new IllegalStateException("node " + row.name() + " is stored without a decision");
    }
    return decision;
  }

  /** Takes over what was decided and is on disk. */
  public void decided(FleetUpdate update) {
    locked(() -> {
      heads.clear();
      update.heads().forEach(h -> heads.put(h.ref(), h));
      live.clear();
      update.live().forEach(d -> live.put(d.id(), d));
      revision = Math.max(revision, update.revision());
      version++;
      update.nodes().forEach(n -> decided(n, update.at()));
    });
    update.nodes().forEach(n -> feed.publish(new FleetChange(n.row().name())));
    feed.publish(new FleetChange(null));
  }

  private void decided(FleetUpdate.Node node, Instant at) {
    NodeTable.Row row = node.row();
    DesiredState decision = decisionOf(row);
    NodeRecord old = nodes.get(row.name());
    Instant now = clock.instant();
    NodeRecord next =
        old == null
            ? new NodeRecord(
                row, decision, node.pin(), null, null, null, newcomer(now), "", null, at, null)
            : old.withDecision(row, decision, node.pin(), at);
    put(judged(next, now));
  }

  private static NodeTable.Standing newcomer(Instant now) {
    return new NodeTable.Standing(NodeState.NEVER_SEEN, now);
  }

  /** Keeps in mind where a deployment is, after that is on disk. */
  public void progressed(DeploymentTable.Row deployment) {
    locked(() -> live.replace(deployment.id(), deployment));
    feed.publish(new FleetChange(null));
  }

  /** Whether what a node says makes it converged on its decision. */
  public static boolean isConverged(NodeTable.Row row, ReportTable.Latest said) {
    Instant now = said.receivedAt();
    NodeStates.Facts facts =
        new NodeStates.Facts(
            decisionOf(row), row.retryRevision(), row.enrolledAt(), said, now, now, row.contact());
    return NodeStates.of(facts, now).state() == NodeState.CONVERGED;
  }

  /** Takes over the newest that a node said, after it is on disk. */
  public void said(ReportTable.Latest latest) {
    change(latest.node(), latest.receivedAt(), old -> old.withSaid(latest, null));
  }

  /** A node said what it is in the middle of. Nothing of it is ever on disk. */
  public void underWay(ReportTable.Latest latest, UnderWay step) {
    change(latest.node(), latest.receivedAt(), old -> old.withSaid(latest, step));
  }

  /** The step that a node is in, as of now. */
  Optional<UnderWay> underWay(NodeRecord node) {
    return Optional.ofNullable(node.underWayAt(clock.instant()));
  }

  /** Takes over that an agent has started, after that is on disk. */
  public void started(NodeTable.Row row) {
    Instant now = clock.instant();
    change(row.id(), now, old -> old.withRow(row, now));
  }

  /** Takes over what is known of the contact with an agent, after that is on disk. */
  public void contact(NodeTable.Row row) {
    change(row.id(), clock.instant(), old -> old.withContact(row.contact()));
  }

  /** The last event stream to a node is over. */
  public void lost(long id) {
    Instant now = clock.instant();
    change(id, now, old -> old.withLost(now));
  }

  /** A node has opened an event stream. */
  public void found(long id) {
    Instant now = clock.instant();
    change(id, now, old -> old.withLost(null).withLastSeen(now));
  }

  /** Whose key two hosts use. */
  public List<NodeRecord> withTwoHosts() {
    return read(fleet ->
        fleet.nodes().values().stream().filter(n -> n.row().contact().twoHosts() != null).toList());
  }

  /** The numbers up to this one are not to be counted again, after that is on disk. */
  public void raised(long number) {
    locked(() -> revision = Math.max(revision, number));
  }

  /** A node was heard of. Only memory changes; listeners hear of it when its state does. */
  public void seen(long id) {
    Instant now = clock.instant();
    change(id, now, old -> old.withLastSeen(now));
  }

  /** Forgets a node, after that is on disk; its key is known as removed from now on. */
  public void removed(NodeTable.Row row, NodeTable.Removal removal) {
    locked(() -> {
      nodes.remove(row.name());
      names.remove(row.id());
      keys.remove(row.key());
      unsaved.remove(row.id());
      troubles.remove(row.id());
      removedKeys.put(row.key(), removal);
      version++;
    });
    feed.publish(new FleetChange(row.name()));
  }

  /** Lets time pass: who was not heard of for too long is offline from now on. */
  public void tick() {
    List<NodeName> changed = new ArrayList<>();
    Instant now = clock.instant();
    locked(() -> {
      for (Map.Entry<NodeName, NodeRecord> entry : nodes.entrySet()) {
        NodeRecord judged = judged(entry.getValue().silent(startedAt, now), now);
        if (!judged.equals(entry.getValue())) {
          entry.setValue(judged);
          unsaved.add(judged.id());
          changed.add(entry.getKey());
          version++;
        }
      }
    });
    changed.forEach(n -> feed.publish(new FleetChange(n)));
  }

  /** The nodes that changed in memory since the last call; the caller stores them. */
  public List<NodeRecord> takeUnsaved() {
    List<NodeRecord> taken = new ArrayList<>();
    locked(() -> {
      unsaved.forEach(id -> byId(id).ifPresent(taken::add));
      unsaved.clear();
    });
    return taken;
  }

  /** Whether an agent was heard of that lately that its stream is not merely left open. */
  public boolean heardOf(long id) {
    Instant since = clock.instant().minus(SILENT_AFTER);
    return byId(id).map(NodeRecord::lastSeen).filter(seen -> seen.isAfter(since)).isPresent();
  }

  /** Counts what has changed, but for when nodes were last heard of. */
  public long version() {
    return read(_ -> version);
  }

  /** A node by its id. */
  public Optional<NodeRecord> byId(long id) {
    return read(_ -> Optional.ofNullable(names.get(id)).map(nodes::get));
  }

  /** A node by its name. */
  public Optional<NodeRecord> byName(NodeName name) {
    return read(_ -> Optional.ofNullable(nodes.get(name)));
  }

  /** A node by its key. */
  public Optional<NodeRecord> byKey(NodeKeyId key) {
    return read(_ -> Optional.ofNullable(keys.get(key)).map(nodes::get));
  }

  /** How the node ended whose key it was, if no node has it now. */
  public Optional<NodeTable.Removal> removal(NodeKeyId key) {
    return read(
        _ -> keys.containsKey(key) ? Optional.empty() : Optional.ofNullable(removedKeys.get(key)));
  }

  /** Looks at everything at one moment; the function must not keep what it is given. */
  public <T extends @Nullable Object> T read(Function<Snapshot, T> function) {
    lock.readLock().lock();
    try {
      return function.apply(
          new Snapshot(
              Collections.unmodifiableNavigableMap(nodes),
              Collections.unmodifiableMap(heads),
              Collections.unmodifiableMap(live),
              revision));
    } finally {
      lock.readLock().unlock();
    }
  }

  FleetReader.Subscription subscribe(Consumer<FleetChange> listener) {
    return feed.subscribe(listener);
  }

  private void change(long id, Instant now, UnaryOperator<NodeRecord> change) {
    List<NodeName> changed = new ArrayList<>();
    locked(() -> {
      NodeName name = names.get(id);
      NodeRecord old = name == null ? null : nodes.get(name);
      if (old == null) {
        return;
      }
      NodeRecord judged = judged(change.apply(old), now);
      put(judged);
      if (!Objects.equals(judged.said(), old.said())
          || !judged.row().equals(old.row())
          || !judged.standing().equals(old.standing())
          || !Objects.equals(judged.lostSince(), old.lostSince())
          || !judged.reason().equals(old.reason())) {
        changed.add(judged.name());
        version++;
      }
    });
    changed.forEach(n -> feed.publish(new FleetChange(n)));
  }

  /** A failure that is tried again has lasted since it was first seen. */
  private NodeRecord judged(NodeRecord record, Instant now) {
    NodeRecord judged = record.judged(startedAt, now);
    Object target = Arrays.asList(judged.decision().commit(), judged.row().retry());
    return judged.since(
        troubles
            .computeIfAbsent(record.id(), _ -> new TroubleStart())
            .state(judged.state(), target, judged.standing().since()));
  }

  private void put(NodeRecord record) {
    nodes.put(record.name(), record);
    names.put(record.id(), record.name());
    keys.put(record.row().key(), record.name());
    unsaved.add(record.id());
  }

  private void locked(Runnable action) {
    lock.writeLock().lock();
    try {
      action.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * The fleet at one moment.
   *
   * @param nodes in order of name
   * @param heads by branch
   * @param live deployments that are not superseded, by id
   * @param revision the newest
   */
  public record Snapshot(
      NavigableMap<NodeName, NodeRecord> nodes,
      Map<String, RefTable.Row> heads,
      Map<Long, DeploymentTable.Row> live,
      long revision) {}
}
