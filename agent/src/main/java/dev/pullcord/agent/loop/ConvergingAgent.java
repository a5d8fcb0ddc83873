package dev.pullcord.agent.loop;

import dev.pullcord.agent.action.ActionExecution;
import dev.pullcord.agent.decision.Interruptions;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.plan.Foreseen;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.status.StatusBoard;
import dev.pullcord.agent.status.Transcripts;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The converging core of the agent. It owns the workers: nothing else starts or stops one. Closing
 * it leaves them running; the next start takes them over from the journal.
 */
public final class ConvergingAgent implements AgentCore, AutoCloseable {
  private static final Duration CLOSES_WITHIN = Duration.ofSeconds(6);
  private static final Logger LOG = LoggerFactory.getLogger(ConvergingAgent.class);

  private final Journal journal;
  private final Interruptions interruptions;
  private final Transcripts transcripts;
  private final StatusBoard board;
  private final ActionExecution actions;
  private final Foresight foresight;
  private final ConvergeLoop loop;
  private @Nullable Thread thread;
  private volatile boolean outOfTime;

  private ConvergingAgent(PassSetup setup, Journal journal, WorkerWorld world) throws IOException {
    this.journal = journal;
    this.interruptions = new Interruptions(setup.upstream().decisions());
    this.transcripts = new Transcripts(setup.directory().passes());
    CoreAssembly.Core core =
        CoreAssembly.over(journal, setup, interruptions, () -> raise(Trigger.WORKER), world);
    this.board = core.board();
    this.actions = core.actions();
    this.foresight = new Foresight(setup, journal);
    this.loop =
        new ConvergeLoop(
            core, interruptions, setup.clock(), journal::history, setup.probe().heard());
  }

  /**
   * Reads the journal and recovers from whatever end the agent before had; changes no worker.
   *
   * @throws UncheckedIOException when the state directory cannot be read or written
   */
  public static ConvergingAgent open(PassSetup setup) {
    return open(setup, WorkerWorld.HOST);
  }

  /** The same, with the workers of that world. */
  public static ConvergingAgent open(PassSetup setup, WorkerWorld world) {
    try {
      Journal journal = Journal.open(setup.directory(), setup.probe());
      return new ConvergingAgent(setup, journal, world);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the journal: " + FileFault.of(e), e);
    }
  }

  /** Starts the loop's thread, with {@link Trigger#STARTUP} raised. */
  public void start() {
    raise(Trigger.STARTUP);
    thread = LastingThreads.start("converge", loop);
  }

  /**
   * In the caller's thread until a pass has come to its end, for {@code run --once}; not after
   * {@link #start}.
   */
  public PassResult runOnce() {
    PassResult result = onePass();
    while (result.state() == NodeState.APPLYING && !interruptions.stopping()) {
      loop.await();
      result = onePass();
    }
    return result;
  }

  /** One pass, also one that makes room for another. */
  public PassResult onePass() {
    return loop.once();
  }

  /** How long the loop waits before the next pass, if nothing wakes it. */
  public Duration idle() {
    return loop.idle();
  }

  /** Runs actions beside the loop. */
  public ActionExecution actions() {
    return actions;
  }

  /** Counts up as long as the loop does something. */
  public long turns() {
    return interruptions.turns();
  }

  @Override
  public long raise(Trigger trigger) {
    LOG.debug("raised: {}", trigger);
    interruptions.wokenBy(
        switch (trigger) {
          case STARTUP -> "after a start";
          case TICK -> "by the poll";
          case WOKEN -> "by the server";
          case OPERATOR -> "by an operator";
          case WORKER -> "by the end of a worker";
        });
    return interruptions.signal().raise();
  }

  @Override
  public boolean served(long raise) {
    return loop.served(raise);
  }

  @Override
  public NodeStatus status() {
    return board.status();
  }

  @Override
  public Foreseen foresee(@Nullable String asked) {
    return foresight.of(asked);
  }

  @Override
  public String retry() {
    Quarantine quarantine = journal.history().quarantine();
    interruptions.askRetry();
    return quarantine == null
        ? "nothing is quarantined; trying again now whatever waits for its time"
        : "the quarantine of " + quarantine.commit().abbreviated() + " ends; trying again";
  }

  @Override
  public List<StepRecord> transcript(int passes) {
    return transcripts.last(passes);
  }

  /** Ends the loop within 10 s, also in the middle of a step; the workers run on. */
  @Override
  public void close() {
    interruptions.stop();
    try {
      if (thread != null && !thread.join(CLOSES_WITHIN)) {
        // What it still does is journaled like everything else: as good as a kill, if the process
        // ends with it.
        LOG.warn("the loop did not end in time");
        outOfTime = true;
        return;
      }
      journal.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("the journal could not be closed: {}", FileFault.of(e));
    }
  }

  /** Whether the loop had ended when this was closed: another one may work on the journal. */
  public boolean hasEnded() {
    return !outOfTime;
  }
}
