package dev.pullcord.agent.worker.kind.unit;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.systemd.UnitState;
import dev.pullcord.agent.worker.systemd.Units;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runner of kind {@code systemd}: a unit that somebody else has made. There is one of it, so a
 * start or a stop that is asked for again does no harm; that a start was ours is seen by its
 * invocation, which is another one than that from before. A unit that systemd itself starts again
 * is the same generation: it runs what {@code current} names, as it did before.
 */
public final class UnitRunner implements Runner {
  /** Generations are a unit that somebody else has made. */
  public static final RunnerName NAME = new RunnerName("UNIT");

  private static final Logger LOG = LoggerFactory.getLogger(UnitRunner.class);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final Units units;
  private final Runnable onExit;

  /** Calls back, from another thread, when a main process has ended. */
  public UnitRunner(Units units, Runnable onExit) {
    this.units = units;
    this.onExit = onExit;
  }

  @Override
  public boolean knowsTheProcess() {
    return false;
  }

  @Override
  public Optional<String> problem(String worker) {
    return Optional.empty();
  }

  @Override
  public Optional<Found> start(Generation generation, WorkerKind.Launch.Of launch)
      throws IOException {
    String unit = launch.run().getFirst();
    UnitState before = units.look(unit);
    if (!before.gone()) {
      // It runs what was there before, and would go on with it.
      before = stopped(unit);
    }
    units.mark(generation, new Units.Mark(unit, before.invocation()));
    units.start(unit);
    UnitState now = units.look(unit);
    long end = units.nanos() + ENDS_WITHIN.toNanos();
    while (!isAnother(now, before.invocation()) && units.nanos() - end < 0) {
      units.pause(LOOK_EVERY);
      now = units.look(unit);
    }
    if (!isAnother(now, before.invocation())) {
      throw new IOException(
          "%s was not started within %d s; journalctl -u %s says why"
              .formatted(unit, ENDS_WITHIN.toSeconds(), unit));
    }
    now.main().ifPresent(this::watch);
    return now.gone() ? Optional.empty() : Optional.of(new Found(null));
  }

  private static boolean isAnother(UnitState now, String before) {
    return !now.invocation().isEmpty() && !now.invocation().equals(before);
  }

  private UnitState stopped(String unit) throws IOException {
    units.stop(unit);
    long end = units.nanos() + ENDS_WITHIN.toNanos();
    UnitState now = units.look(unit);
    while (!now.gone()) {
      if (units.nanos() - end >= 0) {
        throw new IOException(
            "%s runs and was not started by this agent; it was asked to end, and has not yet"
                .formatted(unit));
      }
      units.pause(LOOK_EVERY);
      now = units.look(unit);
    }
    return now;
  }

  private void watch(ProcessId main) {
    Processes.onExit(main, onExit);
  }

  @Override
  public Optional<Found> settle(Generation intended) throws IOException {
    Optional<Units.Mark> mark = units.mark(intended);
    if (mark.isEmpty()) {
      return Optional.empty();
    }
    try {
      UnitState now = units.look(mark.get().unit());
      return !now.gone() && isAnother(now, mark.get().before())
          ? Optional.of(new Found(null))
          : Optional.empty();
    } catch (IOException e) {
      // Whether it was started is seen once systemd can be asked; until then it counts as ours.
      notAsked(intended, e);
      return Optional.of(new Found(null));
    }
  }

  /** A unit that is enabled is started at a boot, and runs what {@code current} names. */
  @Override
  public Optional<Found> revive(Generation ofAnotherBoot) throws IOException {
    return ofAnotherBoot.phase() != Generation.Phase.INTENDED && alive(ofAnotherBoot)
        ? Optional.of(new Found(null))
        : Optional.empty();
  }

  /** Whose it is cannot be told without the journal: the next start starts it anew. */
  @Override
  public Optional<Found> find(Generation unknown) {
    return Optional.empty();
  }

  /** What cannot be told counts as alive: the kind's complaint says why it cannot. */
  @Override
  public boolean alive(Generation generation) {
    try {
      Optional<Units.Mark> mark = units.mark(generation);
      return mark.isPresent() && !units.lately(mark.get().unit()).gone();
    } catch (IOException e) {
      LOG.debug("whether generation {} lives is not known", generation.number(), e);
      return true;
    }
  }

  private static void notAsked(Generation generation, IOException e) {
    LOG.warn(
        "whether generation {} of {} lives is not known: {}",
        generation.number(),
        generation.worker(),
        FileFault.of(e));
  }

  @Override
  public void adopt(Generation generation) {
    try {
      Optional<Units.Mark> mark = units.mark(generation);
      if (mark.isPresent()) {
        units.look(mark.get().unit()).main().ifPresent(this::watch);
      }
    } catch (IOException e) {
      notAsked(generation, e); // its end is seen by the next look, and not at once
    }
  }

  @Override
  public void terminate(Generation generation) throws IOException {
    Optional<Units.Mark> mark = units.mark(generation);
    if (mark.isPresent() && !units.look(mark.get().unit()).gone()) {
      units.stop(mark.get().unit());
    }
  }

  @Override
  public Optional<Integer> exitCode(Generation generation) {
    try {
      Optional<Units.Mark> mark = units.mark(generation);
      return mark.isEmpty() ? Optional.empty() : units.look(mark.get().unit()).exit();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> neverStarted(Generation generation) {
    return Optional.empty();
  }

  @Override
  public void forgetGone() {}
}
