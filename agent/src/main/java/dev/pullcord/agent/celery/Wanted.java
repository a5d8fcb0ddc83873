package dev.pullcord.agent.celery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a generation is to do, as its helper reads it.
 *
 * @param number counts up, and comes back in {@link Told} when it was made so
 * @param consume whether it is to have the worker's work
 * @param queues names; null for those of the application
 * @param ping a token that is to come back through the broker
 * @param canary a task to do on its own queue; null for none
 */
record Wanted(
    long number,
    boolean consume,
    @Nullable List<String> queues,
    String ping,
    @Nullable Canary canary) {
  /**
   * A task to do.
   *
   * @param task its name
   * @param id by which its end is known
   */
  record Canary(String task, String id) {}

  /** The next one, which is to consume or not, and to answer that ping. */
  Wanted next(boolean consuming, String token) {
    return new Wanted(number + 1, consuming, queues, token, canary);
  }
}
