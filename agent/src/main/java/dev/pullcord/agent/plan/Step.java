package dev.pullcord.agent.plan;

import org.jspecify.annotations.Nullable;

/** One thing to do. */
public sealed interface Step {
  /** Build the goal's release aside. */
  record Stage() implements Step {}

  /** Run the manifest's checks in the goal's release. */
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
