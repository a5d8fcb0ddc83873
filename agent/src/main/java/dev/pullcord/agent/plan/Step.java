package dev.pullcord.agent.plan;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thing to do. */
public sealed interface Step {
  /** The worker that a fault of this step is the fault of; empty for steps that start none. */
  default Optional<String> blamedWorker() {
    return switch (this) {
      case Start(String worker) -> Optional.of(worker);
      case StartBeside(String worker, String _) -> Optional.of(worker);
      case AwaitReady(String worker) -> Optional.of(worker);
      case TakeOver(String worker) -> Optional.of(worker);
      case AwaitHealthy(String worker) -> Optional.of(worker);
      case Stage _, Check _, Drain _, Switch _, AwaitRoom _, Clear _ -> Optional.empty();
    };
  }

  /** The worker whose newcomer this step is about; empty for other steps. */
  default Optional<String> besideWorker() {
    return switch (this) {
      case AwaitRoom(String worker, int _) -> Optional.of(worker);
      case StartBeside(String worker, String _) -> Optional.of(worker);
      case AwaitReady(String worker) -> Optional.of(worker);
      case Stage _, Check _, Drain _, Switch _, Clear _, Start _, TakeOver _, AwaitHealthy _ ->
          Optional.empty();
    };
  }

  /** Build the goal's release aside. */
  record Stage() implements Step {}

  /** Build what the goal's release needs, and run the manifest's checks in it. */
  record Check() implements Step {}

  /**
   * Ask a generation to end, if it was not asked before, and wait until it has.
   *
   * @param generation its number
   */
  record Drain(long generation) implements Step {}

  /**
   * Point {@code current} to a release.
   *
   * @param release one that is there already; null for the one that was just staged
   */
  record Switch(@Nullable String release) implements Step {}

  /**
   * Wait until so few generations of a worker finish their work that one more may.
   *
   * @param worker its name
   * @param most with the one that works now
   */
  record AwaitRoom(String worker, int most) implements Step {}

  /**
   * Start a newcomer beside the generation that works, in the release that is to become active.
   *
   * @param worker its name
   * @param release one that is there already; null for the one that was just staged
   */
  record StartBeside(String worker, @Nullable String release) implements Step {}

  /**
   * Wait until the newcomer has proven itself.
   *
   * @param worker its name
   */
  record AwaitReady(String worker) implements Step {}

  /**
   * Give a worker's work to the generation that is wanted; the others stand by.
   *
   * @param worker its name
   */
  record TakeOver(String worker) implements Step {}

  /** Take {@code current} away: there is nothing to go back to. */
  record Clear() implements Step {}

  /**
   * Start a worker as a new generation in the active release.
   *
   * @param worker its name
   */
  record Start(String worker) implements Step {}

  /**
   * Wait until a worker is well.
   *
   * @param worker its name
   */
  record AwaitHealthy(String worker) implements Step {}
}
