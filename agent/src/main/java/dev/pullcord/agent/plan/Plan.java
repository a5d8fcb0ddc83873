package dev.pullcord.agent.plan;

import java.util.List;

/** The work of a pass: its steps, or none. */
public sealed interface Plan {
  /** Everything is as it should be. */
  record Nothing() implements Plan {}

  /** A newer commit touches no bundle and no worker: it is noted, and nothing is touched. */
  record MoveVersion() implements Plan {}

  /**
   * Steps, in this order.
   *
   * @param steps the steps; when all are done the goal is reached
   */
  record Steps(List<Step> steps) implements Plan {
    /** Copies. */
    public Steps {
      steps = List.copyOf(steps);
    }
  }
}
