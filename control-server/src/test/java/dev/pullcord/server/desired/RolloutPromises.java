package dev.pullcord.server.desired;

import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.rollout.MemberStanding;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.RolloutPhase;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** What has to be so of rollouts. */
final class RolloutPromises {
  private final SteeringStory story;
  private final Consumer<String> wrong;
  private final Map<Long, RefRollout> seen = new HashMap<>();
  private final Map<String, Long> first = new HashMap<>();
  private final Set<String> steered = new HashSet<>();

  RolloutPromises(SteeringStory story, Consumer<String> wrong) {
    this.story = story;
    this.wrong = wrong;
  }

  /** A person gave the branch's rollout an order since the last look. */
  void steered(String branch) {
    steered.add(branch);
  }

  void look() {
    story.fleet.model.read(now -> {
      now.live().values().forEach(deployment -> isRolledOut(now, deployment));
      now.rollouts().values().forEach(this::standsStill);
      return now.revision();
    });
    steered.clear();
    story.fleet.views.rollouts().forEach(this::saysWhy);
  }

  /** What a manifest asks for is done, but for a branch's first commit and for the way back. */
  private void isRolledOut(FleetSnapshot now, StoredDeployment deployment) {
    boolean isFirst =
        first.computeIfAbsent(deployment.ref(), _ -> deployment.id()) == deployment.id();
    boolean goesBack = deployment.head().rollback() != null;
    RefRollout rollout = now.rollouts().get(deployment.ref());
    boolean isThere = rollout != null && rollout.deployment() == deployment.id();
    if (!isFirst && !goesBack && !isThere && inTurns(deployment)) {
      wrong.accept("nothing rolls out deployment " + deployment);
    }
  }

  private boolean inTurns(StoredDeployment deployment) {
    return story.fleet.commits.manifest(deployment.commit()) instanceof ManifestResult.Valid valid
        && !(valid.manifest().rollout().strategy() instanceof RolloutSpec.Strategy.All);
  }

  /** A rollout that somebody paused, or that halted, goes on only when a person says so. */
  private void standsStill(RefRollout now) {
    RefRollout before = seen.put(now.deployment(), now);
    if (before == null || !stands(before) || steered.contains(now.ref())) {
      return;
    }
    boolean goesOn = !stands(now) && now.progress().phase() != RolloutPhase.SUPERSEDED;
    boolean givesMore =
        !before.progress().released().keySet().containsAll(now.progress().released().keySet());
    if (goesOn || givesMore) {
      wrong.accept("a rollout goes on by itself: it was " + before + ", and is " + now);
    }
  }

  private static boolean stands(RefRollout rollout) {
    return rollout.isHalted() || rollout.progress().phase() == RolloutPhase.PAUSED;
  }

  private void saysWhy(RolloutView view) {
    if (view.released() > view.members()) {
      wrong.accept("more were given the commit than there are: " + view);
    }
    boolean stands =
        view.state() == RolloutView.State.HALTED || view.state() == RolloutView.State.PAUSED;
    boolean waits =
        view.state() == RolloutView.State.RUNNING
            && view.released() < view.members()
            && !someoneIsUnderWay(view.ref()); // it is they who are waited for
    if ((stands || waits) && view.reason().isBlank() && view.inWaves()) {
      wrong.accept("a rollout does not say why it stands: " + view);
    }
  }

  private boolean someoneIsUnderWay(String branch) {
    return story.fleet.model.read(now -> {
      RefRollout rollout = now.rollouts().get(branch);
      return rollout != null
          && RolloutMembers.of(rollout, now).stream()
              .filter(member -> rollout.hasIt(member.name()))
              .anyMatch(member ->
                  member.standing() == MemberStanding.UNDER_WAY
                      || member.standing() == MemberStanding.DOWN
                      || member.standing() == MemberStanding.LOST);
    });
  }
}
