package dev.pullcord.agent.loop;

import dev.pullcord.agent.decision.Interruptions;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.pass.ConvergePass;
import dev.pullcord.agent.retention.Tidying;
import dev.pullcord.agent.status.PassLines;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.base.disk.FileFault;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop. Whatever happens raises a signal; this thread runs a whole pass for it, and one
 * every 15 s without any, so that a wake-up that is lost costs time and nothing else. A trigger
 * that comes during a pass causes another one.
 */
final class ConvergeLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ConvergeLoop.class);
  private static final Duration TICK = Duration.ofSeconds(15);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final ConvergePass pass;
  private final Tidying tidying;
  private final PassLines lines;
  private final Interruptions interruptions;
  private final HostClock clock;
  private final boolean heard;
  private final StatusBoard board;
  private final Supplier<AgentHistory> history;
  private volatile long served;

  /**
   * Over that core.
   *
   * @param history what is known of the workers, for the status after an error
   * @param heard whether the log says what passes came to
   */
  ConvergeLoop(
      CoreAssembly.Core core,
      Interruptions interruptions,
      HostClock clock,
      Supplier<AgentHistory> history,
      boolean heard) {
    this.board = core.board();
    this.history = history;
    this.pass = core.pass();
    this.tidying = core.tidying();
    this.lines = new PassLines(clock);
    this.heard = heard;
    this.interruptions = interruptions;
    this.clock = clock;
  }

  @Override
  public void run() {
    while (!interruptions.stopping()) {
      long seen = interruptions.signal().count();
      Duration wait = TICK;
      try {
        once();
        wait = idle();
      } catch (RuntimeException | StackOverflowError e) {
        // A bug of ours must not end the loop: the workers run on and the next pass tries again.
        // Nor must a commit that overflows the stack: each start would find it again.
        LOG.error("a pass ended with an error of the agent itself", e);
        show(e);
      }
      served = seen;
      if (!interruptions.stopping()) {
        await(seen, wait);
      }
    }
  }

  /** What was shown before is not known to be so any more. */
  private void show(Throwable error) {
    String what = error instanceof UncheckedIOException disk ? FileFault.of(disk) : "" + error;
    String reason =
        "an error of the agent itself ended the pass: %s; its log has more (again in %d s)"
            .formatted(what.lines().findFirst().orElse(""), TICK.toSeconds());
    try {
      board.broken(reason, history.get());
    } catch (RuntimeException e) {
      LOG.error("the error of the agent itself could not be shown", e);
    }
  }

  /** How long until the next pass, if nothing is raised before. */
  Duration idle() {
    return pass.wakeIn().filter(due -> due.compareTo(TICK) < 0).orElse(TICK);
  }

  /** Waits for the time of the next pass, if there is one. */
  void await() {
    pass.wakeIn().ifPresent(due -> await(interruptions.signal().count(), due));
  }

  /** Until something is raised, or the time is over, or somebody else ends a worker. */
  private void await(long seen, Duration wait) {
    long end = clock.nanos() + wait.toNanos();
    long left = wait.toNanos();
    do {
      // Never less than a look's time: a pass that could not even note it must not spin.
      interruptions.turned();
      if (clock.await(
          interruptions.signal(), seen, Duration.ofNanos(Math.min(left, LOOK.toNanos())))) {
        return;
      }
      left = end - clock.nanos();
    } while (left > 0 && !pass.disturbed());
  }

  /** Whether a pass that began after this raise has ended. */
  boolean served(long raise) {
    return served >= raise;
  }

  /** A pass, and what is to be tidied up after it. */
  PassResult once() {
    interruptions.turned();
    long began = clock.nanos();
    PassResult result = pass.run();
    if (heard) {
      String woken = interruptions.wokenBy();
      lines.ended(result.state(), result.reason(), woken, pass.applied(), began);
    }
    interruptions.turned();
    pass.lookForDrift();
    tidying.after(pass.applied());
    return result;
  }
}
