package dev.pullcord.server.view;

import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.api.RolloutView.Wave;
import dev.pullcord.protocol.api.RolloutView.WaveState;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.server.desired.RolloutMembers;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.rollout.MemberStanding;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.Rollout;
import dev.pullcord.server.rollout.RolloutMember;
import dev.pullcord.server.rollout.RolloutPhase;
import dev.pullcord.server.rollout.RolloutPlanner;
import dev.pullcord.server.rollout.RolloutWave;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import dev.pullcord.server.store.Tables;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Shows rollouts. A deployment that reaches everyone at once is shown as one of a single wave. */
final class RolloutViews {
  private static final String WAITING = "waiting: ";

  private RolloutViews() {}

  /** One that is still moved on, or was until everyone had it. */
  static RolloutView live(
      FleetSnapshot fleet, StoredDeployment deployment, RefRollout rollout, Instant now) {
    List<RolloutMember> members =
        RolloutPlanner.settled(
            rollout.progress(), rollout.spec(), RolloutMembers.at(rollout, fleet, now));
    List<RolloutMember> shown = RolloutMembers.shown(rollout, fleet, members);
    return view(deployment, rollout, shown, reason(rollout, members, now));
  }

  /**
   * One that a newer commit took the place of, as it was then.
   *
   * @param ran names of those that were seen running its commit
   */
  static RolloutView over(StoredDeployment deployment, RefRollout rollout, Set<String> ran) {
    Rollout progress = rollout.progress();
    List<RolloutMember> members =
        progress.members().stream()
            .map(name ->
                new RolloutMember(
                    name,
                    Map.of(),
                    ran.contains(name) ? MemberStanding.CONVERGED : MemberStanding.BEFORE,
                    ""))
            .toList();
    return view(deployment, rollout, members, progress.reason());
  }

  /** Names of those that were seen running its commit. */
  static Set<String> ran(Tables tables, RefRollout rollout) {
    return tables.deployments().members(rollout.deployment()).stream()
        .filter(member -> member.convergedAt() != null)
        .map(member -> member.name().value())
        .collect(Collectors.toSet());
  }

  private static RolloutView view(
      StoredDeployment deployment, RefRollout rollout, List<RolloutMember> members, String reason) {
    Rollout progress = rollout.progress();
    Map<String, RolloutMember> byName =
        members.stream().collect(Collectors.toMap(RolloutMember::name, Function.identity()));
    List<Wave> waves =
        RolloutWave.of(rollout.spec(), progress, byName.keySet()).stream()
            .map(wave -> wave(wave, rollout, byName))
            .filter(wave -> !wave.nodes().isEmpty())
            .toList();
    return new RolloutView(
        rollout.deployment(),
        rollout.ref(),
        rollout.commit(),
        rollout.spec().strategy().word(),
        deployment.next() == null || progress.phase() == RolloutPhase.DONE
            ? RolloutView.State.valueOf(progress.phase().name())
            : RolloutView.State.SUPERSEDED,
        reason,
        Optional.ofNullable(rollout.orderedBy()).orElse(deployment.head().pushedBy()),
        waves,
        (int) members.stream().filter(m -> rollout.hasIt(m.name())).count(),
        members.size(),
        progress.charged().size(),
        rollout.spec().failureBudget());
  }

  /** Without those that were removed, pinned or given another branch since. */
  private static Wave wave(
      RolloutWave wave, RefRollout rollout, Map<String, RolloutMember> members) {
    List<RolloutMember> its =
        wave.nodes().stream().map(members::get).filter(Objects::nonNull).toList();
    return new Wave(
        wave.name(),
        its.stream().map(member -> new NodeName(member.name())).toList(),
        state(its, rollout));
  }

  private static WaveState state(List<RolloutMember> wave, RefRollout rollout) {
    Rollout progress = rollout.progress();
    if (wave.stream().anyMatch(m -> progress.failed().containsKey(m.name()))) {
      return WaveState.FAILED;
    }
    boolean begun = wave.stream().anyMatch(m -> progress.released().containsKey(m.name()));
    boolean done =
        wave.stream()
            .allMatch(m ->
                isAway(m.standing())
                    || (m.standing() == MemberStanding.CONVERGED && rollout.hasIt(m.name())));
    return begun && done ? WaveState.DONE : begun ? WaveState.RUNNING : WaveState.WAITING;
  }

  /** Why it stands, or what the next nodes wait for. */
  private static String reason(RefRollout rollout, List<RolloutMember> members, Instant now) {
    Rollout progress = rollout.progress();
    if (progress.phase() != RolloutPhase.RUNNING) {
      String pause = progress.gate().paused();
      return pause == null ? progress.reason() : progress.reason() + "; it was paused " + pause;
    }
    return RolloutPlanner.next(rollout.ref(), rollout.progress(), rollout.spec(), members, now)
        .waiting()
        .values()
        .stream()
        .findFirst()
        .or(() -> missing(rollout, members))
        .map(why -> why.startsWith(WAITING) ? why.substring(WAITING.length()) : why)
        .orElse("");
  }

  /**
   * What nodes that have not the commit wait for, where it is no turn: the barrier, or people.
   * Nothing is said while others are under way: it is they who are waited for.
   */
  private static Optional<String> missing(RefRollout rollout, List<RolloutMember> members) {
    if (members.stream().anyMatch(m -> rollout.hasIt(m.name()) && isUnderWay(m.standing()))) {
      return Optional.empty();
    }
    List<RolloutMember> without =
        members.stream().filter(member -> !rollout.hasIt(member.name())).toList();
    List<String> away = names(without, RolloutViews::isAway);
    List<String> unheard = names(without, s -> s == MemberStanding.UNHEARD);
    if (!unheard.isEmpty() && unheard.size() + away.size() == without.size()) {
      return Optional.of(
          "not heard from since the server started: %s; the commit comes in turn when they are"
              .formatted(NameList.folded(unheard)));
    }
    return without.size() == away.size() && !away.isEmpty()
        ? Optional.of(
            "not reached, or held by somebody: %s; the commit comes when that is over"
                .formatted(NameList.folded(away)))
        : without.stream()
            .filter(member -> !isAway(member.standing()))
            .findFirst()
            .flatMap(member -> rollout.whyNot(member.name()));
  }

  private static boolean isUnderWay(MemberStanding standing) {
    return standing == MemberStanding.UNDER_WAY
        || standing == MemberStanding.DOWN
        || standing == MemberStanding.LOST;
  }

  private static List<String> names(
      List<RolloutMember> members, Predicate<MemberStanding> standing) {
    return members.stream()
        .filter(member -> standing.test(member.standing()))
        .map(RolloutMember::name)
        .toList();
  }

  private static boolean isAway(MemberStanding standing) {
    return standing == MemberStanding.ABSENT
        || standing == MemberStanding.HELD
        || standing == MemberStanding.EXEMPT;
  }

  /** A deployment without a rollout: everyone was told at once. */
  static RolloutView everyone(FleetSnapshot fleet, StoredDeployment deployment) {
    List<NodeRecord> nodes =
        fleet.nodes().values().stream()
            .filter(n -> Objects.equals(n.decision().deployment(), deployment.id()))
            .filter(n -> n.suspension() == null)
            .toList();
    int failed =
        (int)
            nodes.stream()
                .filter(n -> n.state() == NodeState.FAILED || n.state() == NodeState.ROLLED_BACK)
                .count();
    boolean over = nodes.stream().allMatch(n -> !n.reachable() || n.settled());
    WaveState wave = failed > 0 ? WaveState.FAILED : over ? WaveState.DONE : WaveState.RUNNING;
    return new RolloutView(
        deployment.id(),
        deployment.ref(),
        deployment.commit(),
        RolloutSpec.ALL_AT_ONCE.strategy().word(),
        deployment.next() != null
            ? RolloutView.State.SUPERSEDED
            : over ? RolloutView.State.DONE : RolloutView.State.RUNNING,
        "",
        deployment.head().pushedBy(),
        nodes.isEmpty()
            ? List.of()
            : List.of(new Wave("everyone", nodes.stream().map(NodeRecord::name).toList(), wave)),
        nodes.size(),
        nodes.size(),
        failed,
        0);
  }
}
