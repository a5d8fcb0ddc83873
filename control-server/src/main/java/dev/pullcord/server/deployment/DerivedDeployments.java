package dev.pullcord.server.deployment;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.node.Window;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Waker;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.GateTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the repository's branches with the store. The repository is the truth; the store follows
 * it. A kill after the branch moved and before the store knows is mended by the next comparison, at
 * the latest when the server starts.
 */
public final class DerivedDeployments implements Deployments {
  private static final Logger log = LoggerFactory.getLogger(DerivedDeployments.class);

  private final Store store;
  private final CommitSource commits;
  private final Decisions decisions;
  private final FleetModel fleet;
  private final DeploymentProgress progress;
  private final Waker waker;
  private final InstantSource clock;

  /** Held from reading the heads until they are stored, so that an older head never wins. */
  private final Lock comparing = new ReentrantLock();

  private volatile boolean behind;

  /** Why branches are not followed, by name; an empty name for all of them. */
  private volatile Map<String, String> trouble = Map.of();

  /** Branches that the store has, and the repository no more. */
  private volatile List<String> lost = List.of();

  /** Deployments of that repository's branches. */
  public DerivedDeployments(
      Store store,
      CommitSource commits,
      Decisions decisions,
      FleetModel fleet,
      DeploymentProgress progress,
      Waker waker,
      InstantSource clock) {
    this.store = store;
    this.commits = commits;
    this.decisions = decisions;
    this.fleet = fleet;
    this.progress = progress;
    this.waker = waker;
    this.clock = clock;
  }

  @Override
  public List<RefMoved> reconcile() {
    List<Long> changed = new ArrayList<>();
    List<RefMoved> moved;
    Instant now = clock.instant();
    Map<String, String> unread = new TreeMap<>();
    comparing.lock();
    behind = true;
    try {
      progress.keep(); // what has converged is kept as such before something newer replaces it
      Map<String, CommitId> heads = new TreeMap<>(commits.heads());
      Map<String, RefTable.BranchHead> known = known();
      List<RefTable.BranchHead> newer = newer(heads, known, unread);
      List<String> gone = known.keySet().stream().filter(r -> !heads.containsKey(r)).toList();
      moved =
          store.write(tables -> {
            newer.forEach(head -> {
              tables.refs().put(head, now);
              endRollback(tables, head, now);
            });
            gone.forEach(ref -> forget(tables, ref));
            changed.addAll(decisions.settleAll(tables));
            if (closeGates(tables, heads, unread.keySet())) {
              changed.addAll(decisions.settleAll(tables));
            }
            return newer.stream().map(r -> moved(tables, r)).toList();
          });
      behind = !unread.isEmpty();
      lost = gone;
    } catch (RuntimeException | Error e) {
      unread.put("", DiskTrouble.said(e));
      throw e;
    } finally {
      trouble = Map.copyOf(unread);
      comparing.unlock();
    }
    waker.wake(changed);
    return moved;
  }

  /** Compares again if the last comparison could not be made to its end; else nothing has moved. */
  public List<RefMoved> catchUp() {
    return behind ? reconcile() : List.of();
  }

  @Override
  public Optional<String> trouble(String branch) {
    Map<String, String> now = trouble;
    return Optional.ofNullable(now.getOrDefault(branch, now.get("")));
  }

  /** Whether the last comparison that is over found that branch as the store now has it. */
  public boolean isCompared(String branch) {
    return !trouble.containsKey("") && !trouble.containsKey(branch);
  }

  /** What was pushed and reaches no node, and what is gone, a line each. */
  public List<String> alarms() {
    Stream<String> unread =
        trouble.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(one ->
                (one.getKey().isEmpty() ? "what was pushed" : "what was pushed to " + one.getKey())
                    + " reaches no node: "
                    + one.getValue()
                    + "; it is tried again every second");
    Stream<String> gone =
        lost.stream()
            .filter(this::followed)
            .map(branch ->
                "branch "
                    + branch
                    + " is gone from the repository; the nodes that follow it stay as they are:"
                    + " push it again");
    return Stream.concat(unread, gone).toList();
  }

  /** What was pushed now is newer than what an operator went back from. */
  private static void endRollback(Tables tables, RefTable.BranchHead pushed, Instant now) {
    tables
        .rollbacks()
        .find(pushed.ref())
        .ifPresent(rollback -> {
          tables.rollbacks().remove(pushed.ref());
          String before =
              "%s by %s: %s"
                  .formatted(rollback.commit().abbreviated(), rollback.owner(), rollback.reason());
          tables
              .audit()
              .append(
                  new AuditTable.Act(
                      now,
                      pushed.pushedBy(),
                      "rollback.pushed",
                      pushed.ref(),
                      before,
                      pushed.commit().value()));
        });
  }

  private Map<String, RefTable.BranchHead> known() {
    Map<String, RefTable.BranchHead> known = new HashMap<>();
    store.read(tables -> tables.refs().all()).forEach(r -> known.put(r.ref(), r));
    return known;
  }

  /** One that cannot be read keeps none of the others from its nodes. */
  private List<RefTable.BranchHead> newer(
      Map<String, CommitId> heads,
      Map<String, RefTable.BranchHead> known,
      Map<String, String> unread) {
    List<RefTable.BranchHead> newer = new ArrayList<>();
    heads.forEach((ref, commit) -> {
      RefTable.BranchHead old = known.get(ref);
      if (old == null || !old.commit().equals(commit)) {
        try {
          decisions.prepare(List.of(commit));
          newer.add(head(ref, commit, old == null ? null : old.commit()));
        } catch (RuntimeException | StackOverflowError e) {
          unread.put(ref, DiskTrouble.said(e));
          if (!trouble.containsKey(ref)) {
            DiskTrouble.log(log, "branch " + ref + " at " + commit + " cannot be read", e);
          }
        }
      }
    });
    return newer;
  }

  private RefTable.BranchHead head(String ref, CommitId commit, @Nullable CommitId before) {
    CommitSource.CommitInfo info =
        commits.info(commit).orElse(new CommitSource.CommitInfo("", "unknown"));
    String pusher = commits.pushedBy(ref, commit);
    return new RefTable.BranchHead(ref, commit, before, info.subject(), info.author(), pusher)
        .with(windows(commit));
  }

  /**
   * A gate whose branch has moved is over: to its candidate, or to what somebody else pushed. Its
   * canaries were told before what they go back to, for which the gate has to be there. While the
   * store does not follow the branch, they would go back from what the branch has.
   */
  private static boolean closeGates(
      Tables tables, Map<String, CommitId> heads, Set<String> unread) {
    List<String> over =
        tables.gates().all().stream()
            .filter(gate -> !unread.contains(gate.ref()))
            .filter(gate -> !Objects.equals(gate.before(), heads.get(gate.ref())))
            .map(GateTable.Gate::ref)
            .toList();
    over.forEach(tables.gates()::close);
    return !over.isEmpty();
  }

  private List<Window> windows(CommitId commit) {
    return commits.manifest(commit) instanceof ManifestResult.Valid(Manifest manifest)
        ? manifest.windows()
        : List.of();
  }

  /** Nodes whose branch was taken away by hand stay on what they run. */
  private static void forget(Tables tables, String ref) {
    boolean followed =
        tables.nodes().anyOn(ref)
            || tables.nodes().all().stream().anyMatch(n -> ref.equals(n.settings().ref()));
    if (followed) {
      log.warn("branch {} is gone from the repository; nodes that follow it stay as they are", ref);
    } else {
      tables.refs().remove(ref);
    }
  }

  private static RefMoved moved(Tables tables, RefTable.BranchHead row) {
    Long deployment =
        tables
            .deployments()
            .newest(row.ref())
            .filter(d -> d.next() == null && d.commit().equals(row.commit()))
            .filter(_ -> tables.nodes().anyOn(row.ref()))
            .map(DeploymentTable.StoredDeployment::id)
            .orElse(null);
    return new RefMoved(row.ref(), row.before(), row.commit(), deployment);
  }

  @Override
  public int members(String branch) {
    return count(branch, false);
  }

  @Override
  public int suspended(String branch) {
    return count(branch, true);
  }

  private int count(String branch, boolean suspended) {
    return fleet.read(now ->
        (int)
            now.nodes().values().stream()
                .filter(n -> branch.equals(n.branch()))
                .filter(n -> (n.suspension() != null) == suspended)
                .count());
  }

  @Override
  public Set<Map<String, String>> labels(String branch) {
    return fleet.read(now ->
        now.nodes().values().stream()
            .filter(n -> branch.equals(n.branch()))
            .map(n -> n.settings().labels())
            .collect(Collectors.toSet()));
  }

  @Override
  public Followers followers(String branch) {
    return fleet.read(now -> Followers.of(now, branch));
  }
}
