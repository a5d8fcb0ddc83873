package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.history.TaskTimes;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.protocol.report.WorkerStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers for one kind of worker: how it is launched, how a newcomer proves itself, how the work is
 * moved. It never sends a signal: the runner does. The defaults are for a kind that works from its
 * start, so that there is nothing to prove beside another and nothing to move.
 *
 * <p>Called by the loop's thread alone. Everything may be called again after a kill of the agent
 * and must come to the same end; what the world does comes back as a result, and only the agent's
 * own disk throws.
 */
public interface WorkerKind {
  /**
   * A generation that is looked after.
   *
   * @param generation as the journal knows it
   * @param spec what it is to run
   * @param where its place and its environment
   * @param alive whether its very process lives
   */
  record Charge(
      Generation generation, WorkerSpec spec, Surroundings where, BooleanSupplier alive) {}

  /** How a generation is started. */
  sealed interface Launch {
    /**
     * With this.
     *
     * @param run absolute program and arguments
     * @param environment all of it
     */
    record Of(List<String> run, Map<String, String> environment) implements Launch {
      /** Copies. */
      public Of {
        run = List.copyOf(run);
        environment = Map.copyOf(environment);
      }
    }

    /**
     * Not at all.
     *
     * @param why whose fault, and what
     */
    record Not(StartResult why) implements Launch {}
  }

  /**
   * Looks at a staged release before anything is started from it or ended for it.
   *
   * @param cancelled asked while it looks
   */
  StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled);

  /** The name of the kind's own runner; empty for a kind whose runner the node chooses. */
  default Optional<RunnerName> runner() {
    return Optional.empty();
  }

  /** Whether {@link #well} is all there is to know, unless the manifest has a health command. */
  default boolean knowsItsHealth() {
    return true;
  }

  /** How it is started there; changes nothing. */
  Launch launch(WorkerSpec spec, Surroundings where);

  /** Its files are there, and it is about to be forked. */
  default void begin(Charge newcomer) throws IOException {}

  /** Waits until a newcomer has proven itself, which has no work yet. */
  default StepResult ready(Charge newcomer, BooleanSupplier cancelled) {
    return StepResult.ok("");
  }

  /** What its being ready was proven by, in a few words; null when there is nothing to say. */
  default @Nullable String proof(Charge ready) {
    return null;
  }

  /**
   * Moves the work.
   *
   * @param to who is to have it
   * @param others of the same worker; those that were asked to end are not among them
   * @param follow lets {@code to} see what is active: to be called when no other works, and before
   *     it does
   */
  default StepResult takeOver(
      Charge to, List<Generation> others, Follow follow, BooleanSupplier cancelled)
      throws IOException {
    follow.now();
    return StepResult.ok("generation " + to.generation().number() + " has taken over");
  }

  /** Lets a generation see what is active. */
  @FunctionalInterface
  interface Follow {
    /** Does it. */
    void now() throws IOException;
  }

  /**
   * Takes its work from a generation that is to be asked to end.
   *
   * @param cancelled asked while it takes time
   * @return how long until it can be asked, or until this is to be asked again; zero: now
   */
  default Duration letGo(Charge generation, BooleanSupplier cancelled) throws IOException {
    return Duration.ZERO;
  }

  /** Whether {@link #letGo} cannot be taken back: what was let go is never given work again. */
  default boolean letsGoForGood(WorkerSpec spec) {
    return false;
  }

  /** What keeps a generation that is to end from being asked; empty where there is nothing. */
  default Optional<Drain> drain(Generation generation) {
    return Optional.empty();
  }

  /**
   * How far the drain of a generation is.
   *
   * @param text a few words
   * @param failed whether somebody has to do something
   */
  record Drain(String text, boolean failed) {}

  /** Waits until a generation that has the work is well, as far as the kind knows. */
  StepResult well(Charge consuming, BooleanSupplier cancelled) throws IOException;

  /**
   * Looks at a generation that has the work, without waiting, and mends what it can.
   *
   * @return what is wrong; empty when nothing is
   */
  Optional<String> complaint(Charge consuming) throws IOException;

  /**
   * By what a generation that works is known, right now, to be the one that was started; empty
   * where that does not change. Begins with {@link WorkerStatus#UNPROVEN} where nothing proves it.
   */
  default Optional<String> provenNow(Charge consuming) {
    return Optional.empty();
  }

  /**
   * Why a generation has ended through no fault of its release; empty where that is not known.
   *
   * @param ended which; its process is gone
   */
  default Optional<String> outsideCause(Generation ended) {
    return Optional.empty();
  }

  /**
   * The tasks that keep a generation busy, as it was last heard.
   *
   * @return empty where that is not known, or nothing to say
   */
  default Optional<Tasks> tasks(Generation generation) {
    return Optional.empty();
  }

  /**
   * When the tasks began that a generation runs, which is what it may read.
   *
   * @return empty for a kind that does not know of tasks
   */
  default Optional<TaskTimes> taskTimes(Generation generation) {
    return Optional.empty();
  }

  /** How often {@link #complaint} is to be asked; empty when the process's end says it all. */
  Optional<Duration> looksEvery();
}
