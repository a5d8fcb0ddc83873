package dev.pullcord.systemtests.promises;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.PinStatus;
import dev.pullcord.protocol.report.ReportMessages;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.DeploymentTable;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.RefTable;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.systemtests.promises.disk.MemoryDisk;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The promises, each under the name that it has in the page about the simulation. */
final class PromiseChecks {
  private static final Duration NEAR = Duration.ofSeconds(25);

  private final SeededWorld world;
  private final SeededRun run;
  private final Map<String, Set<CommitId>> proven = new HashMap<>();
  private final Map<String, ReportNumber> acknowledged = new TreeMap<>();
  private final Map<Long, DeploymentTable.Ending> endings = new HashMap<>();
  private final Map<String, PinSeen> pinsSeen = new HashMap<>();
  private final Map<Instant, PinMade> pinsMade = new HashMap<>();
  private final Map<String, PinMade> pins = new TreeMap<>();
  private final Map<String, CommitId> quarantined = new HashMap<>();
  private final Map<String, Long> retries = new HashMap<>();

  /** What a node knew last: a worker's shim may begin when its agent is dead. */
  private final Map<String, Long> retriesKnown = new HashMap<>();

  /** What a node knew when it last started a commit: a retry after that ends a quarantine. */
  private final Map<String, Long> started = new HashMap<>();

  private @Nullable CommitId pushed;

  private record PinSeen(long revision, @Nullable PinStatus pin) {}

  /** A pin that was acknowledged, and the true time of its end. */
  private record PinMade(String node, Instant expiresAt, long ends) {}

  PromiseChecks(SeededWorld world, SeededRun run) {
    this.world = world;
    this.run = run;
  }

  // What was acknowledged.

  /** A push was acknowledged. */
  void pushed(CommitId head) {
    pushed = head;
  }

  /** It is not known whether it was. */
  void pushUnknown() {
    pushed = null;
  }

  void pinned(String node, Instant expiresAt, Duration duration) {
    PinMade made = new PinMade(node, expiresAt, world.now() + duration.toNanos());
    pins.put(node, made);
    pinsMade.put(expiresAt, made);
  }

  void pinUnknown(String node) {
    pins.remove(node);
  }

  /** R3: a report that was acknowledged is kept, and sets the state unless a newer one does. */
  void acknowledged(SeededNode node, ReportMessages.Batch batch, ReportMessages.Stored stored) {
    long id = run.id(node.name());
    Set<ReportNumber> kept = new HashSet<>(run.look(t -> t.reports().numbers(id)));
    ReportNumber highest = stored.stored();
    for (NodeReport report : batch.reports()) {
      if (report.number().compareTo(highest) <= 0 && !kept.contains(report.number())) {
        world.wrong("R3 reports", node.name() + "'s report " + report.number() + " is lost");
      }
    }
    acknowledged.merge(node.name(), highest, (a, b) -> a.compareTo(b) > 0 ? a : b);
  }

  // What a node says.

  /** Whether it ever ran anything well. */
  boolean everConverged(String node) {
    return proven.containsKey(node);
  }

  /** R3: nobody says converged whose worker does not run what the commit asks for. */
  void saysConverged(SeededNode node, NodeStatus status, long passBegan) {
    CommitId commit = Objects.requireNonNull(status.appliedCommit());
    proven.computeIfAbsent(node.name(), _ -> new HashSet<>()).add(commit);
    int tasks = run.commits().content(commit).tasks();
    Optional<Integer> runs =
        node.workers().consuming(node.overlaps()).map(w -> run.commits().content(w.commit).tasks());
    boolean endedMeanwhile = node.workers().lastEnd() >= passBegan;
    if (!endedMeanwhile && !runs.equals(Optional.of(tasks))) {
      world.wrong(
          "R3 converged",
          "%s says converged with tasks %d, and runs %s".formatted(node.name(), tasks, runs));
    }
  }

  /** Remembers which commit a node has quarantined, and no longer does. */
  void says(SeededNode node, NodeStatus status) {
    CommitId target = status.targetCommit();
    long retry = retry(node);
    if (status.state() == NodeState.ROLLED_BACK && target != null && !node.disk().isFull()) {
      quarantined.put(node.name(), target);
      retries.put(node.name(), started.getOrDefault(node.name() + target, retry));
    } else if (status.state() == NodeState.CONVERGED) {
      quarantined.remove(node.name());
    }
  }

  /** The operators' retries as the node knows them. */
  private long retry(SeededNode node) {
    SeededNode.Agent agent = node.agent();
    if (agent != null) {
      agent.cache.current().ifPresent(now -> retriesKnown.put(node.name(), now.retry()));
    }
    return retriesKnown.getOrDefault(node.name(), 0L);
  }

  /** R4: what is quarantined is not started again. */
  void starts(SeededNode node, CommitId commit) {
    if (commit.equals(quarantined.get(node.name()))
        && retry(node) <= retries.getOrDefault(node.name(), 0L)) {
      world.wrong("R4 quarantine", node.name() + " starts " + commit.abbreviated() + " again");
    }
    started.put(node.name() + commit, retry(node));
  }

  // After each event.

  void look() {
    for (SeededNode node : run.nodes()) {
      disk(node);
      revision(node);
      expiry(node);
    }
    SeededServer server = run.active();
    if (server != null) {
      for (SeededNode node : run.nodes()) {
        belief(server.record(node.name()));
      }
    }
  }

  /** R1, R12: the link leads to one whole release, and no worker's release is gone. */
  private void disk(SeededNode node) {
    MemoryDisk disk = node.disk();
    String link = disk.link("/state/current");
    if (link != null) {
      whole(node, link.substring(link.lastIndexOf('/') + 1), "R1 current");
    }
    for (SeededWorkers.Worker worker : node.workers().living().values()) {
      whole(node, worker.release, "R12 in use");
    }
  }

  private void whole(SeededNode node, String release, String promise) {
    CommitId commit = run.commits().abbreviated(release.substring(release.indexOf('-') + 1));
    SeededCommits.Content content = run.commits().content(commit);
    content
        .snapshot()
        .files()
        .forEach((path, file) -> {
          byte[] there = node.disk().content("/state/releases/" + release + "/" + path);
          if (!Arrays.equals(there, SeededCommits.blob(file.objectId()))) {
            world.wrong(
                promise,
                node.name()
                    + ": "
                    + path
                    + " of "
                    + release
                    + (there == null ? " is gone" : " is another"));
          }
        });
  }

  /** R11: what a node has seen never goes back. */
  private void revision(SeededNode node) {
    SeededNode.Agent agent = node.agent();
    if (agent != null) {
      long now = agent.cache.revision();
      long before = Math.max(agent.revision, node.revision);
      if (now < before) {
        world.wrong("R11 revision", node.name() + " goes back from " + before + " to " + now);
      }
      if (now > agent.revision && !node.disk().isFull()) {
        node.revision = now; // what a full disk did not take is forgotten with the process
      }
      agent.revision = now;
    }
  }

  /** R11: a pin ends at its time by the server's clock, also at a node that is cut off. */
  private void expiry(SeededNode node) {
    SeededNode.Agent agent = node.agent();
    if (agent == null) {
      return;
    }
    Decision decision = agent.cache.current().orElse(null);
    CommitId left = quarantined.get(node.name());
    if (left != null && (decision == null || !left.equals(decision.commit()))) {
      quarantined.remove(node.name()); // another commit ends it as soon as that runs well
    }
    PinStatus pin = decision == null ? null : decision.pin();
    long revision = decision == null ? 0 : decision.revision();
    PinSeen before = pinsSeen.put(node.name(), new PinSeen(revision, pin));
    PinStatus was = before == null || before.revision != revision ? null : before.pin;
    PinMade made = was == null ? null : pinsMade.get(was.expiresAt());
    long wrong = run.serverSkew().plus(node.clock().range()).plus(NEAR).toNanos();
    if (made != null && pin == null && world.now() < made.ends - wrong) {
      world.wrong("R11 expiry", node.name() + " ends its pin too early");
    }
    PinMade lasts = pin == null ? null : pinsMade.get(pin.expiresAt());
    if (lasts != null && world.now() > lasts.ends + wrong) {
      world.wrong("R11 expiry", node.name() + " keeps its pin too long");
    }
  }

  /** R3: the server calls a node converged only with what that node has said. */
  private void belief(NodeRecord node) {
    CommitId commit = node.decision().commit();
    ReportTable.Latest said = node.said();
    ReportNumber last = acknowledged.get(node.name().value());
    if (said != null && last != null && said.number().compareTo(last) < 0) {
      world.wrong("R3 order", node.name() + " is shown by " + said.number() + ", not by " + last);
    }
    if (node.state() == NodeState.CONVERGED
        && !proven.getOrDefault(node.name().value(), Set.of()).contains(commit)) {
      world.wrong("R3 converged", node.name() + " never ran " + commit);
    }
  }

  // Now and then.

  /** R6, R3: what was acknowledged is in the store, and an outcome stays what it is. */
  void store() {
    CommitId head = pushed;
    if (head != null) {
      Optional<CommitId> kept =
          run.look(t ->
              t.refs().all().stream()
                  .filter(r -> r.ref().equals("main"))
                  .map(RefTable.BranchHead::commit)
                  .findFirst());
      if (!kept.equals(Optional.of(head))) {
        world.wrong("R6 push", "the push of " + head.abbreviated() + " is lost: " + kept);
      }
    }
    pins();
    acknowledged.forEach((name, last) -> {
      long id = run.id(name);
      if (!run.look(t -> t.reports().numbers(id)).contains(last)) {
        world.wrong("R3 reports", name + "'s report " + last + " is lost");
      }
    });
    for (DeploymentTable.StoredDeployment now :
        run.look(t -> t.deployments().page(null, Long.MAX_VALUE, 50))) {
      DeploymentTable.Ending before =
          now.ending() == null ? endings.get(now.id()) : endings.put(now.id(), now.ending());
      if (before != null && !before.equals(now.ending()) && !run.mayReopen()) {
        world.wrong(
            "R6 outcome", "deployment " + now.id() + " ended " + before + ", now " + now.ending());
      }
    }
  }

  private void pins() {
    List<PinTable.StoredPin> kept = run.look(t -> t.pins().all());
    for (PinMade made : List.copyOf(pins.values())) {
      boolean there = kept.stream().anyMatch(p -> p.expiresAt().equals(made.expiresAt()));
      long wrong = run.serverSkew().plus(NEAR).toNanos();
      if (there && world.now() > made.ends() + wrong && run.steady()) {
        world.wrong("R11 expiry", "the pin of " + made.node() + " lasts too long");
      } else if (!there && world.now() < made.ends() - wrong) {
        world.wrong("R6 pin", "the pin of " + made.node() + " is lost");
      } else if (!there) {
        pins.remove(made.node());
      }
    }
  }

  // At the end.

  /** R2: each node runs what it is to run, and the server knows; why not, else empty. */
  String unsettled(SeededServer server) {
    for (SeededNode node : run.nodes()) {
      String why = unsettled(server.record(node.name()), node);
      if (!why.isEmpty()) {
        return node.name() + " " + why;
      }
    }
    return "";
  }

  private String unsettled(NodeRecord known, SeededNode node) {
    CommitId target = known.pin() == null ? run.commits().head("main") : known.pin().commit();
    CommitId decided = known.decision().commit();
    if (!Objects.equals(target, decided)) {
      return "is to run " + decided + " and not " + target;
    }
    if (target == null) {
      return ""; // no push came through
    }
    SeededCommits.Content content = run.commits().content(target);
    Optional<SeededWorkers.Worker> runs = node.workers().consuming(node.overlaps());
    if (content.quality() == SeededCommits.Quality.GOOD) {
      boolean same =
          runs.filter(w -> run.commits().content(w.commit).tasks() == content.tasks()).isPresent();
      return known.state() == NodeState.CONVERGED && same
          ? ""
          : "is " + known.state() + ": " + known.reason();
    }
    boolean back = known.state() == NodeState.ROLLED_BACK && runs.isPresent();
    boolean nothing = known.state() == NodeState.FAILED && known.reason().contains("no earlier");
    return back || nothing ? "" : "is " + known.state() + ": " + known.reason();
  }
}
