package dev.pullcord.agent.history;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Says whether a task that a generation runs may still read an older release, by when the tasks
 * began. A task resolves the generation's link once, soon after it began, and may read that release
 * for as long as it runs.
 *
 * @param began of those that are known
 * @param all whether those are all that ran then; others began later than each of them
 * @param asOf up to when that is known
 */
public record TaskTimes(List<Instant> began, boolean all, Instant asOf) {
  /** A generation that should know, and does not say. */
  public static final TaskTimes UNKNOWN = new TaskTimes(List.of(), false, Instant.MIN);

  /** How long a task may take until it has resolved its link. */
  private static final Duration RESOLVES_WITHIN = Duration.ofMinutes(1);

  private static final Duration SLACK = Duration.ofSeconds(10);

  /** Copies. */
  public TaskTimes {
    began = List.copyOf(began);
  }

  /**
   * Whether a task that runs may have resolved the link while a release was current.
   *
   * @param from when it first became current
   * @param until when it last ceased to be
   */
  public boolean mayRead(Instant from, Instant until) {
    if (!until.isBefore(asOf.equals(Instant.MIN) ? asOf : asOf.minus(SLACK))) {
      return true;
    }
    Instant last = until.plus(SLACK);
    Instant newest = began.stream().max(Comparator.naturalOrder()).orElse(Instant.MIN);
    return (!all && last.isAfter(newest))
        || began.stream()
            .anyMatch(at -> at.isBefore(last) && !at.plus(RESOLVES_WITHIN).isBefore(from));
  }
}
