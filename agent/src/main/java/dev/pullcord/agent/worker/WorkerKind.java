package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.Surroundings;
import dev.pullcord.agent.journal.WorkerDefinition;
import dev.pullcord.agent.plan.StepResult;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What the handover has to know of a kind of worker, see docs/internals/generations.md. Called by
 * the loop's thread alone.
 *
 * <p>An agent may be killed inside of any of these and be called with the same generations again:
 * each reaches the same end when part of it has happened before. They answer with results and throw
 * nothing for what the world does; {@code cancelled} is asked often while they wait, and then the
 * answer is "abandoned". None of them signals a process: that is the caller's, who does it once.
 */
public interface WorkerKind {
  /** How a newcomer is started so that it takes none of the work of the one before it. */
  Launch launch(WorkerDefinition worker, Surroundings where);

  /**
   * Proves that a newcomer, which has no work yet, could do it. A release fault quarantines the
   * commit; an environment fault (a broker that is away) is tried again by itself.
   */
  StepResult ready(LiveGeneration newcomer, BooleanSupplier cancelled);

  /**
   * Moves the work. Going back is the same call the other way round.
   *
   * @param to consumes from now on
   * @param from consumed, or may have, and do not any more; empty when there was none
   */
  StepResult takeOver(LiveGeneration to, List<LiveGeneration> from, BooleanSupplier cancelled);

  /** Takes the work from a generation that is to end before another one starts, or for good. */
  StepResult stopConsuming(LiveGeneration generation, BooleanSupplier cancelled);

  /** How long after it stopped consuming a generation may get its SIGTERM. */
  Duration quiet();

  /** Whether the one that consumes is well, after every activation. */
  StepResult well(LiveGeneration consuming, BooleanSupplier cancelled);

  /**
   * Looks at the one that consumes, on every pass that finds nothing to do, at least every 15 s;
   * mends what it can. A fault makes the node fail until it is over.
   */
  StepResult watch(LiveGeneration consuming);

  /**
   * Whether {@link #ready} and {@link #well} prove more than that a process lives: then a newcomer
   * is proven also where none is beside it, and no {@code health} in the manifest is enough.
   */
  boolean provesItself();
}
