package dev.pullcord.server.view;

import dev.pullcord.server.desired.RolloutMembers;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.rollout.MemberStanding;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.Rollout;
import dev.pullcord.server.rollout.RolloutMember;
import dev.pullcord.server.rollout.RolloutPlanner;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Says of nodes that fell silent or were stopped after they got a commit what its rollout makes of
 * that, while it does: otherwise nobody would see why the others wait.
 */
final class LostNodes {
  private final FleetSnapshot fleet;
  private final Instant now;
  private final Map<String, Set<String>> lost = new HashMap<>();

  LostNodes(FleetSnapshot fleet, Instant now) {
    this.fleet = fleet;
    this.now = now;
  }

  /** A sentence; empty where no rollout takes the node for lost. */
  String said(NodeRecord node) {
    String branch = node.settings().ref();
    RefRollout rollout = fleet.rollouts().get(branch);
    String name = node.name().value();
    if (node.reachable()
        || rollout == null
        || rollout.progress().forgiven().contains(name)
        || !lost.computeIfAbsent(branch, _ -> names(rollout)).contains(name)) {
      return "";
    }
    String commit = rollout.commit().abbreviated();
    return (node.contact().stoppedAt() == null
            ? "It has not been heard from again since it got " + commit
            : "Its agent was stopped after it got " + commit)
        + ": the rollout takes that commit for the reason, and counts the node as failed"
        + (rollout.progress().failed().containsKey(name)
            ? "."
            : " if it is not back by its deadline.");
  }

  private Set<String> names(RefRollout rollout) {
    Rollout progress = rollout.progress();
    return RolloutPlanner.settled(progress, rollout.spec(), RolloutMembers.at(rollout, fleet, now))
        .stream()
        .filter(member -> member.standing() == MemberStanding.LOST)
        .map(RolloutMember::name)
        .collect(Collectors.toSet());
  }
}
