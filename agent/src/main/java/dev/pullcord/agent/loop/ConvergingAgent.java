package dev.pullcord.agent.loop;

import dev.pullcord.agent.channel.Decisions;
import dev.pullcord.agent.host.Detached;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.journal.Quarantine;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.source.Source;
import dev.pullcord.protocol.id.NodeName;
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
  private static final Duration CLOSES_WITHIN = Duration.ofSeconds(9);
  private static final Logger LOG = LoggerFactory.getLogger(ConvergingAgent.class);

  private final Journal journal;
  private final Interruptions interruptions;
  private final StatusBoard board;
  private final Transcripts transcripts;
  private final ConvergeLoop loop;
  private @Nullable Thread thread;

  private ConvergingAgent(Setup setup, Journal journal, Detached.Forker forker) throws IOException {
    this.journal = journal;
    this.interruptions = new Interruptions(setup.decisions());
    Tools tools = Tools.of(setup, journal, () -> raise(Trigger.WORKER), forker);
    AgentHistory history = tools.recovery().recover();
    history.generations().values().forEach(tools.workers()::adopt);
    this.transcripts = new Transcripts(setup.directory().passes());
    this.board =
        new StatusBoard(setup.node(), setup.decisions(), setup.reports(), setup.clock(), history);
    StepLog log = new StepLog(setup.clock(), transcripts, board);
    ConvergePass pass = new ConvergePass(setup, tools, board, log, interruptions);
    this.loop = new ConvergeLoop(pass, tools.collector(), interruptions, setup.clock());
  }

  /**
   * What it is made of.
   *
   * @param directory locked by the caller, who also closes it, after the agent
   * @param node its name
   * @param decisions what to run
   * @param source where commits come from
   * @param reports where what happened goes
   * @param clock of the host
   * @param keepFor how long a release is kept that nobody can read any more
   * @param probe of the journal
   */
  public record Setup(
      StateDirectory directory,
      NodeName node,
      Decisions decisions,
      Source source,
      Reports reports,
      HostClock clock,
      Duration keepFor,
      JournalProbe probe) {
    /** How long a release is kept by default. */
    public static final Duration KEEP_FOR = Duration.ofHours(48);
  }

  /**
   * Reads the journal and recovers from whatever end the agent before had; changes no worker.
   *
   * @throws UncheckedIOException when the state directory cannot be read or written
   */
  public static ConvergingAgent open(Setup setup) {
    return open(setup, Detached::start);
  }

  static ConvergingAgent open(Setup setup, Detached.Forker forker) {
    try {
      Journal journal = Journal.open(setup.directory(), setup.probe());
      return new ConvergingAgent(setup, journal, forker);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open " + setup.directory().root() + ": " + e, e);
    }
  }

  /** Starts the loop's thread, with {@link Trigger#STARTUP} raised. */
  public void start() {
    raise(Trigger.STARTUP);
    thread = Thread.ofPlatform().name("converge").daemon().start(loop);
  }

  /** One pass in the caller's thread, for {@code run --once}; not after {@link #start}. */
  public PassResult runOnce() {
    return loop.once();
  }

  @Override
  public long raise(Trigger trigger) {
    LOG.debug("raised: {}", trigger);
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
        // What it still does is journaled like everything else: as good as a kill.
        LOG.warn("the loop did not end in time");
        return;
      }
      journal.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("the journal could not be closed: {}", e.toString());
    }
  }
}
