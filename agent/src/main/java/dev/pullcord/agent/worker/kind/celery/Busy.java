package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.TaskTimes;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.protocol.report.Tasks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that keep a generation busy. Of one that works only long ones: short ones would be a
 * report each, and say nothing that somebody has to know.
 */
final class Busy {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int NAME_MAX = 200;

  /** How many tasks the helper names at most: those that run longest. */
  private static final int NAMED_MAX = 20;

  private final CeleryFiles files;
  private final HostClock clock;

  Busy(CeleryFiles files, HostClock clock) {
    this.files = files;
    this.clock = clock;
  }

  /** When the tasks began that it runs; unknown where it says nothing. */
  TaskTimes times(Generation generation) {
    try {
      return files
          .told(generation)
          .map(told ->
              new TaskTimes(
                  told.tasks().stream().map(HelperStatus.Task::began).toList(),
                  told.tasks().size() < NAMED_MAX,
                  HelperStatus.instant(told.at())))
          .orElse(TaskTimes.UNKNOWN);
    } catch (IOException e) {
      return TaskTimes.UNKNOWN;
    }
  }

  Optional<Tasks> tasks(Generation generation) {
    Optional<HelperStatus> told;
    try {
      told = files.told(generation);
    } catch (IOException e) {
      return Optional.empty(); // it is only shown; what else is wrong then is said elsewhere
    }
    if (told.isEmpty()) {
      return Optional.empty();
    }
    Instant before = clock.now().minus(LONG);
    List<Tasks.Task> named =
        told.get().tasks().stream()
            .filter(task -> !generation.hasWork() || task.began().isBefore(before))
            .map(task -> new Tasks.Task(plain(task.name()), task.began()))
            .toList();
    if (generation.hasWork()) {
      return named.isEmpty() ? Optional.empty() : Optional.of(new Tasks(named.size(), named, null));
    }
    HelperStatus.Held held = told.get().held();
    return Optional.of(
        held == null
            ? new Tasks(named.size(), named, null)
            : new Tasks(held.running(), named, waiting(held)));
  }

  private static Tasks.@Nullable Waiting waiting(HelperStatus.Held held) {
    Double until = held.until();
    return held.reserved() + held.limited() + held.due() == 0
        ? null
        : new Tasks.Waiting(
            held.reserved(),
            held.limited(),
            held.due(),
            until == null ? null : HelperStatus.instant(until));
  }

  private static String plain(String name) {
    String quoted = Quoted.of(name.substring(0, Math.min(name.length(), NAME_MAX)));
    return quoted.substring(1, quoted.length() - 1);
  }
}
