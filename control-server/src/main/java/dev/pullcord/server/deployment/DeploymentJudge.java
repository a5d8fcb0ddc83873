package dev.pullcord.server.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.server.store.DeploymentTable.Ending;
import dev.pullcord.server.store.DeploymentTable.StoredDeployment;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Works out where a deployment is, from how its members are; pure. */
public final class DeploymentJudge {
  private DeploymentJudge() {}

  /**
   * The deployment as it is to be kept: where it is, when all of it had converged, and that it has
   * ended if each of its members is done with it.
   */
  public static StoredDeployment progressed(
      StoredDeployment deployment, List<DeploymentMember> members) {
    DeploymentView.State state = state(deployment, members);
    Ending ending = deployment.ending();
    if (ending == null && !members.isEmpty() && members.stream().allMatch(DeploymentMember::done)) {
      ending = new Ending(state, lastDone(members, deployment.startedAt()));
    }
    Instant converged = deployment.convergedAt();
    return deployment.with(state, converged != null ? converged : convergedAt(members), ending);
  }

  private static DeploymentView.State state(
      StoredDeployment deployment, List<DeploymentMember> members) {
    if (deployment.next() != null) {
      return DeploymentView.State.SUPERSEDED;
    }
    if (deployment.ending() != null) {
      return deployment.ending().state();
    }
    if (!members.isEmpty() && members.stream().allMatch(DeploymentMember::converged)) {
      return DeploymentView.State.CONVERGED;
    }
    boolean onTheWay = members.stream().anyMatch(DeploymentMember::onTheWay);
    return onTheWay ? DeploymentView.State.RUNNING : DeploymentView.State.INCOMPLETE;
  }

  /** When all of them had first run the commit; null while one has not. */
  private static @Nullable Instant convergedAt(List<DeploymentMember> members) {
    Instant last = null;
    for (DeploymentMember member : members) {
      Instant at = member.convergedAt();
      if (at == null) {
        return null;
      }
      last = last == null || at.isAfter(last) ? at : last;
    }
    return last;
  }

  /** When the last of them was done, at the earliest that. */
  private static Instant lastDone(List<DeploymentMember> members, Instant earliest) {
    Instant last = earliest;
    for (DeploymentMember member : members) {
      Instant at = member.doneAt();
      last = at != null && at.isAfter(last) ? at : last;
    }
    return last;
  }
}
