package dev.pullcord.server.githost.push.output;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.protocol.yaml.DidYouMean;
import dev.pullcord.server.deployment.Deployments;
import dev.pullcord.server.desired.CommitSource.CommitInfo;
import dev.pullcord.server.githost.comparison.CommitChanges;
import dev.pullcord.server.githost.comparison.History;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.view.FleetReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a pusher, after the refs have moved: what was understood, the nodes as they get there, and
 * one summary line for each branch. It reads the fleet and changes nothing, so that a pusher who
 * goes away, or a server that stops, loses only the view.
 *
 * <p>It ends when every reachable node of every branch is done, when the time is up, when the
 * pusher is gone, or when the server stops.
 */
public final class PushOutput {
  /** A line comes at least this often, so that nobody takes a long drain for a dead server. */
  public static final Duration QUIET_MAX = Duration.ofSeconds(15);

  private static final Duration MANY_NODES_PACE = Duration.ofMillis(250);
  private static final int LOOKS_SHARE = 9;
  private static final int LOOK_BACK = 20;
  private static final int REFS_NAMED = 10;
  private static final Logger LOG = LoggerFactory.getLogger(PushOutput.class);

  private final RepositoryStore store;
  private final Deployments deployments;
  private final FleetReader fleet;
  private final LongFunction<String> pages;
  private final PushClock clock;
  private final PushTerminal terminal;
  private boolean told;
  private Duration lastLine = Duration.ZERO;

  public PushOutput(
      RepositoryStore store,
      Deployments deployments,
      FleetReader fleet,
      LongFunction<String> pages,
      PushClock clock,
      PushTerminal terminal) {
    this.store = store;
    this.deployments = deployments;
    this.fleet = fleet;
    this.pages = pages;
    this.clock = clock;
    this.terminal = terminal;
  }

  /**
   * A branch that this push moved.
   *
   * @param branch its short name
   * @param before its head before; null for a new one
   * @param now its head
   */
  public record Moved(String branch, @Nullable CommitId before, CommitId now) {}

  /** Shows it all; returns when the push is over for the pusher. */
  public void show(List<Moved> moved, PushOptions options) {
    List<RefWatch> watches = new ArrayList<>();
    List<String> branches = new ArrayList<>();
    for (Moved one : moved) {
      Optional<RefWatch> watch = understood(one);
      watch.ifPresent(w -> {
        watches.add(w);
        branches.add(one.branch());
      });
    }
    if (watches.isEmpty()) {
      return;
    }
    if (!options.stay()) {
      waits(watches).forEach(command -> say("not waiting; see: " + command));
      return;
    }
    boolean inTime = follow(watches, options.timeout());
    if (clock.stopping()) {
      waits(watches).forEach(command -> say(clock.why() + "; run " + command));
      return;
    }
    for (int i = 0; i < watches.size(); i++) {
      RefWatch watch = watches.get(i);
      say(watch.summary(clock.elapsed(), watches.size() > 1 ? branches.get(i) : null));
      watch.next().ifPresent(this::say);
      if (!inTime && !watch.over()) {
        say("it goes on; see: pullcord wait " + watch.commit().abbreviated());
      }
    }
  }

  /** One for each commit; it waits for all branches that the commit heads. */
  private static List<String> waits(List<RefWatch> watches) {
    return watches.stream()
        .map(w -> "pullcord wait " + w.commit().abbreviated())
        .distinct()
        .toList();
  }

  private boolean follow(List<RefWatch> watches, Duration timeout) {
    while (true) {
      Duration now = clock.elapsed();
      watches.forEach(w -> w.refresh(now, this::say));
      Duration looked = clock.elapsed().minus(now);
      if (watches.stream().allMatch(RefWatch::over)) {
        return true;
      }
      if (clock.stopping() || !terminal.open()) {
        return true;
      }
      Duration left = timeout.minus(now);
      if (!left.isPositive()) {
        return false;
      }
      Duration quiet = QUIET_MAX.minus(now.minus(lastLine));
      if (!quiet.isPositive()) {
        watches.stream()
            .filter(w -> !w.over())
            .findFirst()
            .ifPresent(w -> say(time(now) + w.waitingFor() + endsOnlyTheView()));
        quiet = QUIET_MAX;
      }
      clock.await(left.compareTo(quiet) < 0 ? left : quiet);
      if (watches.stream().anyMatch(w -> w.members() > RefWatch.LINE_BY_LINE_MAX)) {
        pace(looked);
      }
    }
  }

  /** Said once, and only where the wait is long enough for somebody to think of ending it. */
  private String endsOnlyTheView() {
    boolean first = !told;
    told = true;
    return first ? "; Ctrl-C ends only this view" : "";
  }

  /**
   * Lets changes of many nodes gather, so that a large fleet is not read once for each of them, and
   * the larger it is the more seldom.
   */
  private void pace(Duration looked) {
    Duration gathering = looked.multipliedBy(LOOKS_SHARE);
    Duration rest = gathering.compareTo(MANY_NODES_PACE) < 0 ? MANY_NODES_PACE : gathering;
    Duration until = clock.elapsed().plus(rest);
    while (rest.isPositive() && !clock.stopping()) {
      clock.await(rest);
      rest = until.minus(clock.elapsed());
    }
  }

  private static String time(Duration elapsed) {
    return String.format(Locale.ROOT, "%6s  ", Durations.human(elapsed));
  }

  private Optional<RefWatch> understood(Moved moved) {
    Optional<CommitInfo> info = store.info(moved.now());
    say(
        moved.branch()
            + " "
            + moved.now().abbreviated()
            + info.map(i -> " \"" + i.subject() + "\" by " + i.author()).orElse(""));
    try {
      new CommitChanges(store).between(moved.before(), moved.now()).forEach(l -> say("  " + l));
      new History(store)
          .ineffective(moved.now(), deployments.labels(moved.branch()))
          .forEach(l -> say("  warning: " + l));
    } catch (IOException e) {
      // The nodes do not need this comparison; the push goes on without it.
      DiskTrouble.log(LOG, "cannot compare " + moved.before() + " with " + moved.now(), e);
      say("  cannot say what changed: " + FileFault.of(e));
    }
    Optional<DeploymentView> deployment = deployment(moved);
    int members = deployments.members(moved.branch());
    int suspended = deployments.suspended(moved.branch());
    if (members == 0 && suspended > 0) {
      say("every node that follows " + moved.branch() + " is suspended; nobody is waited for");
      return Optional.empty();
    }
    if (members == 0 || deployment.isEmpty() || deployment.get().present().isEmpty()) {
      say("no node follows " + moved.branch() + "; make one with: pullcord invite");
      say("  " + followed(moved.branch()));
      say("  or let one follow it with: pullcord follow NODE " + ShellWord.of(moved.branch()));
      say(
          "  what it would do to the nodes there are: pullcord plan "
              + ShellWord.of(moved.branch()));
      return Optional.empty();
    }
    String beside =
        suspended == 0
            ? ""
            : ", and " + Counted.of(suspended, "suspended node") + ", for which nobody waits";
    say("  " + nodes(members) + " " + moved.branch() + beside);
    frozen(moved.branch()).forEach(text -> say("  " + text));
    say("  " + pages.apply(deployment.get().id()));
    replaced(deployment.get()).ifPresent(text -> say("  " + text));
    return Optional.of(new RefWatch(fleet, deployment.get()));
  }

  /** Who follows what, so that a typo in a branch's name is seen. */
  private String followed(String branch) {
    Map<String, Integer> refs = new TreeMap<>();
    fleet.summary().refs().stream()
        .filter(r -> r.nodes() > 0)
        .forEach(r -> refs.put(r.ref(), r.nodes()));
    return refs.isEmpty()
        ? "there is no node yet"
        : refs.entrySet().stream()
                .limit(REFS_NAMED)
                .map(e -> nodes(e.getValue()) + " " + e.getKey())
                .collect(Collectors.joining(", "))
            + DidYouMean.of(branch, refs.keySet());
  }

  private static String nodes(int members) {
    return Counted.of(members, "node") + (members == 1 ? " follows" : " follow");
  }

  private Optional<DeploymentView> deployment(Moved moved) {
    // Another push may have derived it, so the store is asked and not the answer of reconcile.
    return fleet.deployments(moved.branch(), Long.MAX_VALUE, LOOK_BACK).stream()
        .filter(d -> d.commit().equals(moved.now()))
        .findFirst()
        .flatMap(d -> fleet.deployment(d.id()));
  }

  private Optional<String> replaced(DeploymentView deployment) {
    return fleet.deployments(deployment.ref(), deployment.id(), 1).stream()
        .filter(d -> d.state() == DeploymentView.State.SUPERSEDED)
        .filter(d -> d.supersededBy() != null && d.supersededBy() == deployment.id())
        .filter(d -> d.convergedAt() == null || d.rollback() != null)
        .map(d ->
            d.rolledBack()
                .map(text -> "ends a rollback: the branch was " + text)
                .orElse(
                    "supersedes "
                        + d.commit().abbreviated()
                        + " by "
                        + d.pushedBy()
                        + ", which had not converged"))
        .findFirst();
  }

  /** Why nodes of the branch may not begin with it now; a line for each freeze. */
  private List<String> frozen(String branch) {
    return fleet.freezes().stream()
        .filter(freeze -> freeze.ref() == null || freeze.ref().equals(branch))
        .map(freeze ->
            (freeze.selector() == null ? "" : "nodes with " + freeze.selector() + " are ")
                + freeze.text())
        .toList();
  }

  private void say(String line) {
    terminal.line(line);
    lastLine = clock.elapsed();
  }
}
