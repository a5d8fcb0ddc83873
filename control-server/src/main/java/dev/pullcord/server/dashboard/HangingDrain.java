package dev.pullcord.server.dashboard;

import dev.pullcord.protocol.unit.SpokenTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** What to do about a worker that keeps its node from a commit, since it does not end. */
public final class HangingDrain {
  /** Most drains end within this time, and nobody has to do anything. */
  public static final Duration PATIENCE = Duration.ofMinutes(1);

  private HangingDrain() {}

  /** Whether a node that applies something says that it waits for a drain. */
  public static boolean isOne(String reason) {
    return reason.startsWith("draining");
  }

  /** Whether it has waited so long that somebody may want to end it. */
  public static boolean isLong(String reason, Instant now) {
    return isOne(reason)
        && SpokenTimes.of(reason).parts().stream()
            .filter(part -> part.text().equals("since"))
            .map(SpokenTimes.Part::at)
            .filter(Objects::nonNull)
            .anyMatch(since -> !since.plus(PATIENCE).isAfter(now));
  }

  /** What a button says that leads to its end. */
  public static String text(String node) {
    return "Kill what drains on " + node + "…";
  }

  /** Where that is. */
  public static String path(String node) {
    return "/ui/nodes/" + node + "#act-kill";
  }
}
