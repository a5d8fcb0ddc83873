package dev.pullcord.server.githost.push.output;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.desired.Withheld;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.protocol.unit.SpokenTimes;
import dev.pullcord.protocol.unit.WayOn;
import dev.pullcord.server.view.EqualFailures;
import dev.pullcord.server.view.FleetReader;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One deployment as a pusher watches it: the lines that are new since the last look, whether it is
 * over, and its summary.
 */
final class RefWatch {
  /** More nodes than this are counted instead of shown line by line. */
  static final int LINE_BY_LINE_MAX = 12;

  /** A drain that somebody killed is no cause of a failure, and comes after it. */
  private static final Set<StepRecord.Outcome> AT_FAULT =
      EnumSet.of(StepRecord.Outcome.RELEASE_FAULT, StepRecord.Outcome.ENVIRONMENT_FAULT);

  private static final int FAILURES_MAX = 20;
  private static final int OUTPUT_LINES_MAX = 15;
  private static final int REASON_MAX = 200;

  private final FleetReader fleet;
  private final long deployment;
  private final CommitId commit;
  private final Map<NodeName, String> shown = new HashMap<>();
  private final WaveWatch rollout;
  private DeploymentView view;
  private String counts = "";
  private final EqualFailures failures = new EqualFailures();
  private int shownFailures;

  RefWatch(FleetReader fleet, DeploymentView view) {
    this.fleet = fleet;
    this.deployment = view.id();
    this.commit = view.commit();
    this.view = view;
    this.rollout = new WaveWatch(fleet, view.id());
  }

  CommitId commit() {
    return commit;
  }

  int members() {
    return view.present().size();
  }

  /** Looks again, and gives out what is new. */
  void refresh(Duration elapsed, Consumer<String> out) {
    fleet.deployment(deployment).ifPresent(v -> view = v);
    String time = String.format(Locale.ROOT, "%6s  ", Durations.human(elapsed));
    rollout.refresh(line -> out.accept(time + line));
    boolean each = members() <= LINE_BY_LINE_MAX;
    int width = view.present().stream().mapToInt(m -> m.name().value().length()).max().orElse(0);
    for (DeploymentView.Member member : view.present()) {
      String line = line(member);
      if (line.equals(shown.put(member.name(), line)) || !notable(member.state())) {
        continue;
      }
      String name = time + pad(member.name().value(), width) + "  ";
      if (!failed(member.state())) {
        if (each) {
          out.accept(name + line);
        }
        continue;
      }
      Optional<NodeName> same = failures.shownBefore(member.name(), line);
      if (same.isEmpty() && shownFailures++ < FAILURES_MAX) {
        out.accept(name + line);
        outputOf(member).forEach(l -> out.accept("          | " + l));
      } else if (each) {
        out.accept(name + member.state().wireName() + same.map(n -> ", as " + n).orElse(""));
      }
    }
    if (!each) {
      String now = counted();
      if (!now.equals(counts)) {
        counts = now;
        out.accept(time + now);
      }
    }
  }

  /** What the push is waiting for, for when nothing has happened for a while. */
  String waitingFor() {
    List<DeploymentView.Member> pending = view.present().stream().filter(m -> !done(m)).toList();
    Optional<String> wave = rollout.waitingFor();
    return pending.size() > LINE_BY_LINE_MAX || wave.isPresent()
        ? "waiting for "
            + (Counted.of(pending.size(), "node") + ": " + counted())
            + wave.map(why -> "; " + why).orElse("")
        : "waiting for "
            + pending.stream()
                .map(m -> m.name() + " (" + line(m) + ")")
                .collect(Collectors.joining(", "));
  }

  /** Whether every node that can be reached is done, or another commit took this one's place. */
  boolean over() {
    return superseded()
        || view.present().stream()
            .allMatch(m -> done(m) || (rollout.halted() && failed(m.state())));
  }

  /** One line that begins with {@code converged} or {@code not converged}. */
  String summary(Duration elapsed, @Nullable String ref) {
    int total = members();
    List<DeploymentView.Member> missing =
        view.present().stream().filter(m -> m.state() != NodeState.CONVERGED).toList();
    String ratio = (total - missing.size()) + "/" + total;
    String where = ref == null ? "" : " (" + ref + ")";
    if (missing.isEmpty() && total > 0 && !superseded()) {
      return "converged " + ratio + " in " + Durations.human(elapsed) + where;
    }
    String head = "not converged " + ratio + " after " + Durations.human(elapsed) + where;
    if (superseded()) {
      return head + ": " + successor();
    }
    Map<NodeName, String> reasons = new HashMap<>();
    missing.stream()
        .filter(m -> !m.state().unreachable())
        .forEach(m -> reasons.put(m.name(), line(m)));
    String named = EqualFailures.grouped(reasons);
    String away = away(missing, NodeState.OFFLINE) + away(missing, NodeState.NEVER_SEEN);
    return head + (named.isEmpty() ? "" : ": " + named) + away;
  }

  private static String away(List<DeploymentView.Member> missing, NodeState state) {
    List<String> names =
        missing.stream().filter(m -> m.state() == state).map(m -> m.name().value()).toList();
    if (names.isEmpty()) {
      return "";
    }
    return "; " + state.wireName() + " " + names.size() + ": " + NameList.folded(names);
  }

  /** What a person does next about nodes that failed, are held or away; empty when none is. */
  Optional<String> next() {
    Optional<String> halted = rollout.next();
    return halted.or(this::failures).or(this::held).or(this::absent);
  }

  private Optional<String> held() {
    return view.present().stream()
        .filter(m -> m.state() == NodeState.HELD || failedBefore(m))
        .flatMap(m -> fleet.hold(m.name()).stream())
        .findFirst()
        .map(hold -> "next: nothing; it goes on by itself. " + hold.way());
  }

  private Optional<String> absent() {
    List<String> names =
        view.present().stream()
            .filter(m -> m.state().unreachable())
            .map(m -> m.name().value())
            .toList();
    boolean others =
        view.present().stream()
            .allMatch(m -> m.state().unreachable() || m.state() == NodeState.CONVERGED);
    return names.isEmpty() || superseded() || !others
        ? Optional.empty()
        : Optional.of(WayOn.away(names));
  }

  private Optional<String> failures() {
    return view.present().stream()
        .filter(m -> failed(m.state()) && !failedBefore(m))
        .findFirst()
        .filter(_ -> !superseded())
        .map(m ->
            "next: pullcord why %s; then push a mended commit, or git revert %s and push that"
                .formatted(m.name(), commit.abbreviated()));
  }

  private boolean superseded() {
    return view.state() == DeploymentView.State.SUPERSEDED;
  }

  /** What came instead: a newer commit, or an operator's rollback. */
  private String successor() {
    Optional<DeploymentView> next =
        Optional.ofNullable(view.supersededBy()).flatMap(fleet::deployment);
    return next.flatMap(DeploymentView::rolledBack)
        .orElse("superseded by " + next.map(d -> d.commit().abbreviated()).orElse("a newer push"));
  }

  /** The end of what failed there wrote; empty where the reason has all of it. */
  private List<String> outputOf(DeploymentView.Member member) {
    List<StepRecord> steps =
        fleet
            .transcript(deployment, member.name())
            .map(DeploymentView.Transcript::steps)
            .orElse(List.of());
    List<String> lines =
        steps.reversed().stream()
            .filter(s -> AT_FAULT.contains(s.outcome()))
            .filter(s -> !s.output().isBlank())
            .findFirst()
            .filter(s -> !member.reason().contains(s.output().strip()))
            .map(s -> s.output().stripTrailing().lines().toList())
            .orElse(List.of());
    return lines.subList(Math.max(0, lines.size() - OUTPUT_LINES_MAX), lines.size());
  }

  private String counted() {
    // The best states first, as one reads progress.
    Map<NodeState, Integer> byState = new TreeMap<>(Comparator.reverseOrder());
    view.present().forEach(m -> byState.merge(m.state(), 1, Integer::sum));
    return byState.entrySet().stream()
        .map(e -> e.getKey().wireName() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  /** Whether what it failed on is an older commit, and this one is still kept from it. */
  private boolean failedBefore(DeploymentView.Member member) {
    return failed(member.state())
        && fleet.hold(member.name()).filter(hold -> commit.equals(hold.commit())).isPresent();
  }

  private String line(DeploymentView.Member member) {
    return stateOf(member) + (failedBefore(member) ? " (on the commit before)" : "");
  }

  private static String stateOf(DeploymentView.Member member) {
    String reason = SpokenTimes.of(member.reason().lines().findFirst().orElse("")).moments();
    if (member.state() == NodeState.CONVERGED) {
      return member.state().wireName();
    }
    String cut = reason.length() > REASON_MAX ? reason.substring(0, REASON_MAX) + "…" : reason;
    return member.state().because(cut);
  }

  private static String pad(String name, int width) {
    return name + " ".repeat(Math.max(0, width - name.length()));
  }

  private static boolean notable(NodeState state) {
    return switch (state) {
      case FAILED, ROLLED_BACK, APPLYING, HELD, CONVERGED -> true;
      case NEVER_SEEN, OFFLINE, WAITING -> false;
    };
  }

  private static boolean failed(NodeState state) {
    return state == NodeState.FAILED || state == NodeState.ROLLED_BACK;
  }

  private static boolean done(DeploymentView.Member member) {
    return member.state().unreachable()
        || member.state().done(member.retryAt() != null)
        || Withheld.isHalted(member.reason());
  }
}
