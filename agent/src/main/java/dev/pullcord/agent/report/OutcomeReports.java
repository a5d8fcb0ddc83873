package dev.pullcord.agent.report;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.agent.http.OutcomeWebhook;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For an agent without a server: tells a webhook of each outcome, in order, on a thread of its own.
 * A message is on disk before it is sent, so that a kill loses none; at worst one is sent twice,
 * with the same id. After a day it is given up.
 */
public final class OutcomeReports implements Reports, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeReports.class);
  private static final Set<NodeState> OUTCOMES =
      Set.of(NodeState.CONVERGED, NodeState.FAILED, NodeState.ROLLED_BACK, NodeState.HELD);
  private static final ReportSpool.Limits LIMITS = new ReportSpool.Limits(1000, 16L << 20, 50);
  private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);
  private static final Duration IDLE_MAX = Duration.ofMinutes(5);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final ReportSpool spool;
  private final Path toldFile;
  private final OutcomeWebhook webhook;
  private final HostClock clock;
  private final Backoff backoff;
  private final Signal signal = new Signal();
  private final Thread thread = LastingThreads.unstarted("notify", this::run);
  private final Map<Instant, Long> ends = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private long notBefore;
  private @Nullable LastReported told;
  private String lastProblem = "";

  /**
   * What was told last, also before a restart: the same is not told again.
   *
   * @param state the outcome
   * @param commit what was to run
   */
  record LastReported(NodeState state, CommitId commit) {}

  /**
   * What a receiver reads.
   *
   * @param type {@code node.converged}, {@code node.failed}, {@code node.rolled-back} or {@code
   *     node.held}
   * @param timestamp when it was so
   */
  record Message(String type, Instant timestamp, Outcome data) {}

  /**
   * The outcome.
   *
   * @param commit what was to run
   * @param applied what runs
   */
  record Outcome(
      String node,
      String state,
      String reason,
      @Nullable String branch,
      String commit,
      @Nullable String applied) {}

  /**
   * @param directory for what was not sent yet
   */
  public OutcomeReports(Path directory, OutcomeWebhook webhook, HostClock clock, Backoff backoff) {
    this.spool = new ReportSpool(directory, LIMITS);
    this.spool.epoch(1); // there is nobody who gives out others
    this.toldFile = directory.resolve("told");
    this.webhook = webhook;
    this.clock = clock;
    this.backoff = backoff;
    this.told = read(toldFile);
  }

  /** Begins to send. */
  public void start() {
    thread.start();
  }

  @Override
  public synchronized void record(
      long revision, @Nullable Long deployment, NodeStatus status, List<StepRecord> steps) {
    CommitId commit = status.targetCommit();
    if (commit == null || !OUTCOMES.contains(status.state())) {
      return;
    }
    LastReported now = new LastReported(status.state(), commit);
    if (now.equals(told)) {
      return;
    }
    Instant at = clock.now();
    spool.append(at, revision, null, status, List.of());
    ends.put(at, clock.nanos() + GIVEN_UP_AFTER.toNanos());
    told = now;
    try {
      AtomicFiles.write(toldFile, PullcordJson.write(now));
    } catch (IOException e) {
      LOG.warn("after a restart the same may be told again: {}", FileFault.of(e, toldFile));
    }
    signal.raise();
  }

  @Override
  public void began(Supplier<Optional<Progress>> progress) {
    // Only outcomes are told.
  }

  @Override
  public int spooled() {
    return spool.size();
  }

  private void run() {
    while (!closed) {
      long seen = signal.count();
      Duration barred = Duration.ofNanos(Math.max(0, notBefore - clock.nanos()));
      boolean sent = barred.isZero() && sendAll();
      if (sent) {
        backoff.reset();
      }
      // Another outcome is no reason to come before the receiver wants it.
      clock.await(signal, seen, !barred.isZero() ? barred : sent ? IDLE_MAX : backoff.next());
    }
  }

  private boolean sendAll() {
    while (!closed && spool.size() > 0) {
      List<SpooledReport> oldest = spool.oldest(1, 1);
      if (oldest.isEmpty()) {
        return spool.size() == 0; // what cannot be read is looked at again later
      }
      if (!send(oldest.getFirst())) {
        return false;
      }
    }
    return true;
  }

  private boolean send(SpooledReport report) {
    NodeStatus status = report.status();
    String id = status.node() + "-" + report.n() + "-" + report.at().toEpochMilli();
    Optional<OutcomeWebhook.Untaken> problem =
        webhook.send(id, PullcordJson.write(message(report.at(), status)));
    said(problem.map(OutcomeWebhook.Untaken::reason).orElse(""));
    Duration asked = problem.map(OutcomeWebhook.Untaken::pause).orElse(Duration.ZERO);
    notBefore = clock.nanos() + (asked.isZero() ? 0 : backoff.next(asked).toNanos());
    boolean late = clock.nanos() - end(report) > 0;
    if (problem.isPresent() && late) {
      LOG.error("NOTIFY_GIVEN_UP  {} was not taken for a day; it is dropped", id);
    }
    if (problem.isEmpty() || late) {
      spool.remove(report.n());
      ends.remove(report.at());
      return true;
    }
    return false;
  }

  /**
   * When it is given up, on the monotonic clock. The wall clock is asked once, of what an agent
   * before this one has left; it may jump.
   */
  private long end(SpooledReport report) {
    return ends.computeIfAbsent(
        report.at(),
        at -> {
          Duration passed = Duration.between(at, clock.now());
          Duration left = passed.isNegative() ? GIVEN_UP_AFTER : GIVEN_UP_AFTER.minus(passed);
          return clock.nanos() + left.toNanos();
        });
  }

  private static Message message(Instant at, NodeStatus status) {
    CommitId target = status.targetCommit();
    CommitId applied = status.appliedCommit();
    return new Message(
        "node." + status.state().wireName(),
        at,
        new Outcome(
            status.node().value(),
            status.state().wireName(),
            status.reason(),
            status.ref(),
            target == null ? "" : target.value(),
            applied == null ? null : applied.value()));
  }

  private void said(String problem) {
    if (problem.equals(lastProblem)) {
      return;
    }
    lastProblem = problem;
    if (problem.isEmpty()) {
      LOG.info("the webhook takes messages again");
    } else {
      LOG.warn("NOTIFY_FAILED  {}; it is tried again", problem);
    }
  }

  /** Ends the thread; what was not sent stays on disk. */
  @Override
  public void close() {
    closed = true;
    webhook.cancel();
    signal.raise();
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes is in a hurry; the thread is a daemon
    }
  }

  private static @Nullable LastReported read(Path file) {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return PullcordJson.read(Files.readAllBytes(file), LastReported.class);
    } catch (JacksonException e) {
      LOG.error("STATE_DAMAGED  {} is not as it was written", file);
    } catch (IOException e) {
      LOG.warn("what was told last is not known: {}", FileFault.of(e, file));
    }
    return null;
  }
}
