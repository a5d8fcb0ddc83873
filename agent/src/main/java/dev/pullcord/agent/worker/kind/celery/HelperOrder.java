package dev.pullcord.agent.worker.kind.celery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a generation is to do, as its helper reads it.
 *
 * @param number counts up, and comes back in {@link HelperStatus} when it was made so
 * @param consume whether it is to have the worker's work
 * @param queues names; null for those of the application
 * @param ping a token that is to come back through the broker
 * @param canary a task to do on its own queue; null for none
 * @param giveBack whether, once it does not consume, tasks that are due later go back to the broker
 *     at once, because another takes them
 */
record HelperOrder(
    long number,
    boolean consume,
    @Nullable List<String> queues,
    String ping,
    @Nullable Canary canary,
    boolean giveBack) {
  /**
   * A task to do.
   *
   * @param task its name
   * @param id by which its end is known
   */
  record Canary(String task, String id) {}

  /** The next one, which is to consume, and to answer that ping. */
  HelperOrder consuming(String token) {
    return new HelperOrder(number + 1, true, queues, token, canary, false);
  }

  /** The next one, which is to give its queues up. */
  HelperOrder givingUp(boolean back) {
    return new HelperOrder(number + 1, false, queues, ping, canary, back);
  }
}
