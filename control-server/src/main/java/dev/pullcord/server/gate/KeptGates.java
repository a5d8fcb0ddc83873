package dev.pullcord.server.gate;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Waker;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.GateTable.Gate;
import dev.pullcord.server.store.ReportTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes gates. A gate is in the store before any node is told of it, and lives as long
 * as the push that opened it: one that nobody watches any more, after a kill of the server or a
 * fault of its disk, is ended by the next look. Its canaries then get back what their branch says.
 */
public final class KeptGates implements Gates {
  private static final Logger LOG = LoggerFactory.getLogger(KeptGates.class);

  private final Store store;
  private final Decisions decisions;
  private final FleetModel fleet;
  private final Waker waker;
  private final InstantSource clock;
  private final Set<String> watched = ConcurrentHashMap.newKeySet();
  private final Map<Gate, String> ended = new ConcurrentHashMap<>();

  /** Those whose branch has moved, until the comparison of branches closes them. */
  private final Set<Gate> passed = ConcurrentHashMap.newKeySet();

  /** Of that fleet. */
  public KeptGates(
      Store store, Decisions decisions, FleetModel fleet, Waker waker, InstantSource clock) {
    this.store = store;
    this.decisions = decisions;
    this.fleet = fleet;
    this.waker = waker;
    this.clock = clock;
  }

  @Override
  public Gate open(Asked asked, Principal pusher) {
    String branch = asked.branch();
    List<NodeName> canaries =
        fleet.read(now -> GateCanaries.of(branch, asked.spec(), now.nodes().values()));
    if (!watched.add(branch)) {
      throw alreadyOpen(store.read(tables -> tables.gates().find(branch)), branch);
    }
    try {
      if (canaries.isEmpty()) {
        throw new Refusal(
            Refusal.Kind.CONFLICT,
            "GATE_NO_CANARY",
            "no canary of "
                + branch
                + " can try "
                + asked.candidate().abbreviated()
                + ": a node is needed that follows "
                + branch
                + ", can be reached, and is neither pinned, suspended nor held; or push without"
                + " -o gate",
            null);
      }
      Gate gate =
          new Gate(
              branch,
              asked.before(),
              asked.candidate(),
              pusher.owner(),
              clock.instant().truncatedTo(ChronoUnit.MILLIS),
              canaries);
      List<Long> changed = store.write(tables -> opened(tables, gate, pusher));
      waker.wake(changed);
      LOG.info("gate of {} for {}: {} on {}", gate.owner(), branch, gate.candidate(), canaries);
      return gate;
    } catch (RuntimeException e) {
      watched.remove(branch);
      throw e;
    }
  }

  private List<Long> opened(Tables tables, Gate gate, Principal pusher) {
    Optional<Gate> other = tables.gates().find(gate.ref());
    if (other.isPresent()) {
      throw alreadyOpen(other, gate.ref());
    }
    tables.gates().open(gate);
    String on = gate.canaries().stream().map(NodeName::value).collect(Collectors.joining(", "));
    String what = gate.candidate().abbreviated() + " on " + on;
    audit(tables, pusher.owner(), pusher.from(), "gate.open", gate, what);
    return decisions.settleAll(tables);
  }

  private static Refusal alreadyOpen(Optional<Gate> other, String branch) {
    String whose =
        other
            .map(gate ->
                "a gate of %s is open since %s"
                    .formatted(gate.owner(), gate.openedAt().truncatedTo(ChronoUnit.SECONDS)))
            .orElse("a gate is just being opened");
    return new Refusal(
        Refusal.Kind.CONFLICT,
        "GATE_OPEN",
        whose + " for " + branch + "; push again when it has ended, or push without -o gate",
        null);
  }

  @Override
  public Optional<GateView> look(Gate gate) {
    return isOpen(gate)
        ? Optional.of(GateView.of(gate.candidate(), nodes(gate)))
        : Optional.empty();
  }

  private boolean isOpen(Gate gate) {
    return store.read(tables -> isOpen(tables, gate));
  }

  private static boolean isOpen(Tables tables, Gate gate) {
    return tables.gates().find(gate.ref()).equals(Optional.of(gate));
  }

  @Override
  public boolean areBack(Gate gate) {
    return nodes(gate).stream()
        .filter(NodeRecord::reachable)
        .allMatch(node -> isElsewhere(node, gate.candidate()));
  }

  private static boolean isElsewhere(NodeRecord node, CommitId candidate) {
    ReportTable.Latest said = node.said();
    return said != null
        && !candidate.equals(node.decision().commit())
        && !candidate.equals(said.status().appliedCommit())
        && Objects.equals(said.status().targetCommit(), node.decision().commit());
  }

  private List<NodeRecord> nodes(Gate gate) {
    return gate.canaries().stream().flatMap(name -> fleet.byName(name).stream()).toList();
  }

  @Override
  public void end(String branch, Principal who, @Nullable CommitId meant) {
    AtomicReference<@Nullable Gate> found = new AtomicReference<>();
    try {
      waker.wake(
          store.write(tables -> {
            Gate gate = tables.gates().find(branch).orElseThrow(() -> noGate(tables, branch));
            if (meant != null && !meant.equals(gate.candidate())) {
              throw anotherGate(gate, meant);
            }
            found.set(gate);
            ended.put(gate, who.owner()); // before its push can see that it is closed
            tables.gates().close(branch);
            audit(tables, who.owner(), who.from(), "gate.stop", gate, "its canaries go back");
            return decisions.settleAll(tables);
          }));
    } catch (RuntimeException e) {
      Gate gate = found.get();
      if (gate != null && isOpen(gate)) {
        ended.remove(gate);
      }
      throw e;
    }
  }

  /** Who read of another push has not decided about this one. */
  private static Refusal anotherGate(Gate gate, CommitId meant) {
    return new Refusal(
        Refusal.Kind.CONFLICT,
        "CHANGED",
        "nothing was ended: the gate of %s tries %s, and not %s; look at it: pullcord gates"
            .formatted(gate.ref(), gate.candidate().abbreviated(), meant.abbreviated()),
        "commit");
  }

  private static Refusal noGate(Tables tables, String branch) {
    String open = tables.gates().all().stream().map(Gate::ref).collect(Collectors.joining(", "));
    return new Refusal(
        Refusal.Kind.NOT_FOUND,
        "GATE_MISSING",
        "no gate is open for %s; %s"
            .formatted(branch, open.isEmpty() ? "none is open at all" : "open: " + open),
        "ref");
  }

  @Override
  public Optional<String> endedBy(Gate gate) {
    return Optional.ofNullable(ended.get(gate)).filter(_ -> !isOpen(gate));
  }

  @Override
  public void passed(Gate gate, Principal pusher, String outcome) {
    passed.add(gate);
    finish(gate, pusher, outcome);
  }

  @Override
  public void close(Gate gate, Principal pusher, String outcome) {
    finish(gate, pusher, outcome);
  }

  private void finish(Gate gate, Principal pusher, String outcome) {
    try {
      List<Long> changed =
          store.write(tables -> {
            if (!passed.contains(gate) && isOpen(tables, gate)) {
              tables.gates().close(gate.ref());
            }
            if (!ended.containsKey(gate)) {
              audit(tables, pusher.owner(), pusher.from(), "gate.end", gate, outcome);
            }
            return decisions.settleAll(tables);
          });
      waker.wake(changed);
    } finally {
      ended.remove(gate);
      watched.remove(gate.ref());
    }
  }

  /**
   * Ends the gates that no push watches: at start, after the branches were compared, and then. One
   * that passed ends when its branch is compared, also if that has come back to what it was.
   *
   * @param compared whether the comparison after the last move of a branch was made to its end
   */
  public void endLeft(Predicate<String> compared) {
    List<Gate> open = store.read(tables -> tables.gates().all());
    passed.retainAll(open);
    if (open.stream().allMatch(gate -> isKept(gate, compared))) {
      return;
    }
    List<Long> changed =
        store.write(tables -> {
          List<Gate> left = new ArrayList<>(tables.gates().all());
          left.removeIf(gate -> isKept(gate, compared));
          for (Gate gate : left) {
            tables.gates().close(gate.ref());
            if (!passed.contains(gate)) { // that is in the log already
              String why = "the server ended it: its push is gone";
              audit(tables, "server", null, "gate.end", gate, why);
            }
            LOG.info("the {} for {} is ended: its push is over", gate.text(), gate.ref());
          }
          return decisions.settleAll(tables);
        });
    waker.wake(changed);
  }

  private boolean isKept(Gate gate, Predicate<String> compared) {
    return passed.contains(gate) ? !compared.test(gate.ref()) : watched.contains(gate.ref());
  }

  private void audit(
      Tables tables,
      String who,
      AuditTable.@Nullable Source from,
      String what,
      Gate gate,
      String text) {
    Instant now = clock.instant();
    tables
        .audit()
        .append(
            new AuditTable.Act(
                now, who, from, what, gate.ref(), gate.candidate().value(), text, false, 1));
  }
}
