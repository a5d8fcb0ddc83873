package dev.pullcord.server.rollout;

import java.util.Map;

/**
 * A node that a rollout is to reach.
 *
 * @param name unique in the fleet; nodes go in the order of their names
 * @param labels by which canaries are found
 * @param standing how it stands to the commit now
 * @param reason why, in the words of its own state; for messages
 */
public record RolloutMember(
    String name, Map<String, String> labels, MemberStanding standing, String reason) {
  /** Copies. */
  public RolloutMember {
    labels = Map.copyOf(labels);
  }
}
