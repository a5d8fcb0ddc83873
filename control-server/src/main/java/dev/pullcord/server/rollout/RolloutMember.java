package dev.pullcord.server.rollout;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node that a rollout is to reach.
 *
 * @param name unique in the fleet; nodes go in the order of their names
 * @param labels by which canaries are found
 * @param standing how it stands to the commit now
 * @param reason why, in the words of its own state, or how it was lost; for messages
 * @param heardAt when it was heard of last; null where that is now, or does not matter
 */
public record RolloutMember(
    String name,
    Map<String, String> labels,
    MemberStanding standing,
    String reason,
    @Nullable Instant heardAt) {
  /** Copies. */
  public RolloutMember {
    labels = Map.copyOf(labels);
  }

  /** One that is heard of. */
  public RolloutMember(
      String name, Map<String, String> labels, MemberStanding standing, String reason) {
    this(name, labels, standing, reason, null);
  }

  /** The same in another standing. */
  public RolloutMember as(MemberStanding other) {
    return new RolloutMember(name, labels, other, reason, heardAt);
  }
}
