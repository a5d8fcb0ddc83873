package dev.pullcord.protocol.manifest;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a worker of kind {@code celery}.
 *
 * @param app as after {@code celery -A}: a module of the release, like {@code tasks.app}
 * @param queues that it consumes; empty for those that the application names itself
 * @param args more for {@code celery worker}; never those that Pullcord sets
 * @param canary a task that every newcomer does before it has any work; null for none
 */
public record CelerySpec(
    String app, List<String> queues, List<String> args, @Nullable Canary canary) {
  /** Copies. */
  public CelerySpec {
    queues = List.copyOf(queues);
    args = List.copyOf(args);
  }

  /**
   * A task that proves that the newcomer can work.
   *
   * @param task its name; it is called without arguments
   * @param timeout until it has ended
   */
  public record Canary(String task, Duration timeout) {}
}
