package dev.pullcord.server.fleet;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.UnderWay;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.NodeTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Holds the whole fleet in memory, so that no question about it waits for the disk. It is what the
 * store holds, read at start and changed after each commit, plus when each node was last heard of.
 */
public final class FleetModel {
  /** Without contact for this long, a node is offline. */
  public static final Duration OFFLINE_AFTER = NodeStates.OFFLINE_AFTER;

  /** Longer than an agent is ever silent: it says that it lives every 15 s. */
  private static final Duration SILENT_AFTER = Duration.ofSeconds(20);

  private final InstantSource clock;
  private final NodeJudge judge;
  private final ChangeFeed feed;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final NodeIndex nodes = new NodeIndex();
  private final Map<String, RefTable.BranchHead> heads = new TreeMap<>();
  private HoldOrders holds;
  private final Map<Long, DeploymentTable.StoredDeployment> live = new TreeMap<>();
  private final Map<String, RefRollout> rollouts = new TreeMap<>();
  private long revision;
  private long version;

  private FleetModel(InstantSource clock, Executor notifications, StoredFleet stored) {
    this.clock = clock;
    this.judge = new NodeJudge(clock.instant());
    this.feed = new ChangeFeed(notifications);
    heads(stored.heads());
    holds = stored.holds();
    live(stored.live(), stored.rollouts());
    nodes.removed(stored.removedKeys());
    revision = stored.revision();
    stored.nodes().forEach(node -> nodes.put(judge.judged(node, clock.instant())));
  }

  /**
   * Reads the fleet from the store.
   *
   * @param clock by which nodes go offline; 45 s at the earliest after now
   * @param notifications where listeners are called
   */
  public static FleetModel load(Store store, InstantSource clock, Executor notifications) {
    return new FleetModel(clock, notifications, StoredFleet.load(store, clock.instant()));
  }

  private void heads(List<RefTable.BranchHead> now) {
    heads.clear();
    now.forEach(h -> heads.put(h.ref(), h));
  }

  private void live(List<DeploymentTable.StoredDeployment> now, List<RefRollout> its) {
    live.clear();
    now.forEach(d -> live.put(d.id(), d));
    rollouts.clear();
    its.forEach(r -> rollouts.put(r.ref(), r));
  }

  /** The time by which the fleet goes. */
  public Instant now() {
    return clock.instant();
  }

  /** Takes over what was decided and is on disk. */
  public void decided(FleetUpdate update) {
    locked(() -> {
      heads(update.heads());
      holds = update.holds();
      live(update.live(), update.rollouts());
      revision = Math.max(revision, update.revision());
      version++;
      update.nodes().forEach(n -> decided(n, update.at()));
    });
    update.nodes().forEach(n -> feed.publish(new FleetChange(n.row().name())));
    feed.publish(new FleetChange(null));
  }

  private void decided(FleetUpdate.Node node, Instant at) {
    Instant now = clock.instant();
    NodeRecord next =
        nodes
            .byName(node.row().name())
            .map(old -> old.decided(node.row(), node.pin(), at))
            .orElseGet(() ->
                NodeRecord.unjudged(
                    node.row(), node.pin(), NodeSignals.NONE, NodeRecord.Membership.from(at), now));
    nodes.put(judge.judged(next, now));
  }

  /** Keeps in mind where a deployment is, after that is on disk. */
  public void progressed(DeploymentTable.StoredDeployment deployment) {
    locked(() -> live.replace(deployment.id(), deployment));
    feed.publish(new FleetChange(null));
  }

  /** Takes over the newest that a node said, after it is on disk. */
  public void said(ReportTable.Latest latest) {
    heard(latest.node(), latest.receivedAt(), old -> old.saying(latest, null));
  }

  /** A node said what it is in the middle of. Nothing of it is ever on disk. */
  public void underWay(ReportTable.Latest latest, UnderWay step) {
    heard(latest.node(), latest.receivedAt(), old -> old.saying(latest, step));
  }

  /** The step that a node is in, as of now. */
  public Optional<UnderWay> underWay(NodeRecord node) {
    return Optional.ofNullable(node.underWayAt(clock.instant()));
  }

  /** Takes over that an agent has started, after that is on disk. */
  public void started(StoredNode row) {
    Instant now = clock.instant();
    change(row.id(), now, old -> old.with(row).with(old.signals().started(now)));
  }

  /** Takes over what is known of the contact with an agent, after that is on disk. */
  public void contact(StoredNode row) {
    change(row.id(), clock.instant(), old -> old.with(old.row().withContact(row.contact())));
  }

  /** The last event stream to a node is over. */
  public void lost(long id) {
    Instant now = clock.instant();
    heard(id, now, old -> old.lost(now));
  }

  /** A node has opened an event stream. */
  public void found(long id) {
    Instant now = clock.instant();
    heard(id, now, old -> old.lost(null).seen(now));
  }

  /** Whose key two hosts use. */
  public List<NodeRecord> withTwoHosts() {
    return read(fleet ->
        fleet.nodes().values().stream().filter(n -> n.contact().twoHosts() != null).toList());
  }

  /** The numbers up to this one are not to be counted again, after that is on disk. */
  public void raised(long number) {
    locked(() -> revision = Math.max(revision, number));
  }

  /** A node was heard of. Only memory changes; listeners hear of it when its state does. */
  public void seen(long id) {
    Instant now = clock.instant();
    heard(id, now, old -> old.seen(now));
  }

  /** Forgets a node, after that is on disk; its key is known as removed from now on. */
  public void removed(StoredNode row, NodeTable.Removal removal) {
    locked(() -> {
      nodes.remove(row, removal);
      judge.forget(row.id());
      version++;
    });
    feed.publish(new FleetChange(row.name()));
  }

  /** Lets time pass: who was not heard of for too long is offline from now on. */
  public void tick() {
    List<NodeName> changed = new ArrayList<>();
    Instant now = clock.instant();
    locked(() -> {
      for (NodeRecord node : nodes.all()) {
        NodeRecord judged = judge.later(node, now);
        if (!judged.equals(node)) {
          nodes.put(judged);
          changed.add(node.name());
          version++;
        }
      }
    });
    changed.forEach(n -> feed.publish(new FleetChange(n)));
  }

  /** The nodes that changed in memory since the last call; the caller stores them. */
  public List<NodeRecord> takeUnsaved() {
    List<NodeRecord> taken = new ArrayList<>();
    locked(() -> taken.addAll(nodes.takeUnsaved()));
    return taken;
  }

  /** These could not be stored: they are taken again. */
  public void notSaved(List<NodeRecord> taken) {
    locked(() -> nodes.notSaved(taken));
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
    return read(_ -> nodes.byId(id));
  }

  /** A node by its name. */
  public Optional<NodeRecord> byName(NodeName name) {
    return read(_ -> nodes.byName(name));
  }

  /** A node by its key. */
  public Optional<NodeRecord> byKey(NodeKeyId key) {
    return read(_ -> nodes.byKey(key));
  }

  /** How the node ended whose key it was, if no node has it now. */
  public Optional<NodeTable.Removal> removal(NodeKeyId key) {
    return read(_ -> nodes.removal(key));
  }

  /** Looks at everything at one moment; the function must not keep what it is given. */
  public <T extends @Nullable Object> T read(Function<FleetSnapshot, T> function) {
    lock.readLock().lock();
    try {
      return function.apply(
          new FleetSnapshot(
              nodes.byName(),
              Collections.unmodifiableMap(heads),
              Collections.unmodifiableMap(live),
              Collections.unmodifiableMap(rollouts),
              holds,
              revision));
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Calls the listener after every change, on the thread of the notifications. */
  public FleetChange.Subscription subscribe(Consumer<FleetChange> listener) {
    return feed.subscribe(listener);
  }

  private void heard(long id, Instant now, UnaryOperator<NodeSignals> change) {
    change(id, now, old -> old.with(change.apply(old.signals())));
  }

  private void change(long id, Instant now, UnaryOperator<NodeRecord> change) {
    List<NodeName> changed = new ArrayList<>();
    locked(() ->
        nodes
            .byId(id)
            .ifPresent(old -> {
              NodeRecord judged = judge.judged(change.apply(old), now);
              nodes.put(judged);
              if (judged.isNewsAfter(old)) {
                changed.add(judged.name());
                version++;
              }
            }));
    changed.forEach(n -> feed.publish(new FleetChange(n)));
  }

  private void locked(Runnable action) {
    lock.writeLock().lock();
    try {
      action.run();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
