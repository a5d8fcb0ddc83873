package dev.pullcord.client;

import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;

/**
 * What can be asked of rollouts.
 *
 * @param server asked
 */
public record RolloutCalls(ServerClient server) {
  /** How the newest deployments spread. */
  public ServerReply<RolloutView.All> all() {
    return server.get(RolloutView.All.class, "rollouts");
  }

  /** How a deployment spreads, by its number. */
  public ServerReply<RolloutView> one(long deployment) {
    return server.get(RolloutView.class, "rollouts", Long.toString(deployment));
  }

  /** Pauses, resumes or promotes a rollout; the answer is the rollout. */
  public ServerReply<RolloutView> steer(String ref, RolloutAct act, RolloutView.Request request) {
    return server.send(
        "POST", request, RolloutView.class, ApiCalls.ofBranch("rollouts", ref, act.word()));
  }
}
