package dev.pullcord.agent.report;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.agent.http.Backoff;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.ReportMessages.Batch;
import dev.pullcord.protocol.report.ReportMessages.Stored;
import dev.pullcord.protocol.report.StepRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends what the queue says is next, on a thread of its own. A report goes out at once; what fails
 * is tried again with back-off.
 */
public final class Reporter implements Reports, AutoCloseable {
  private static final Duration IDLE_MAX = Duration.ofMinutes(5);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);

  private final ReportQueue queue;
  private final LiveProgress live;
  private final AgentHttp http;
  private final HostClock clock;
  private final Backoff backoff;
  private final Consumer<Instant> serverTime;
  private final SendTrouble trouble;
  private final Signal signal = new Signal();
  private final Thread thread = LastingThreads.unstarted("report", this::run);
  private volatile boolean online;
  private volatile boolean closed;
  private volatile boolean reached;

  /**
   * @param directory {@code spool/}
   * @param serverTime told the server's clock with each answer
   */
  public Reporter(
      Path directory,
      AgentHttp http,
      HostClock clock,
      Backoff backoff,
      Consumer<Instant> serverTime) {
    this.queue = new ReportQueue(directory);
    this.http = http;
    this.clock = clock;
    this.backoff = backoff;
    this.serverTime = serverTime;
    this.trouble = new SendTrouble("reports", clock, http::lastContact);
    this.live = new LiveProgress(queue.spool(), http, clock, serverTime);
  }

  /** Begins, on a thread of its own; nothing is sent before the first {@link #online}. */
  public void start() {
    thread.start();
  }

  /** The server answers: there is reason to try at once. */
  public void online(long epoch) {
    queue.session(epoch, clock.now());
    online = true;
    signal.raise();
  }

  /** The highest epoch that a report was written in; 0 before the first session. */
  public long epoch() {
    return queue.epoch();
  }

  @Override
  public void record(
      long revision, @Nullable Long deployment, NodeStatus status, List<StepRecord> steps) {
    queue.add(clock.now(), revision, deployment, status, steps);
    signal.raise();
  }

  @Override
  public void began(Supplier<Optional<Progress>> progress) {
    live.began(progress);
    if (reached) {
      signal.raise();
    }
  }

  @Override
  public int spooled() {
    return queue.size();
  }

  @Override
  public @Nullable String problem() {
    return trouble.problem();
  }

  /** Ends the thread; what was not sent stays on disk. */
  @Override
  public void close() {
    closed = true;
    signal.raise();
    try {
      thread.join(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes is in a hurry; the thread is a daemon
    }
  }

  private void run() {
    while (!closed) {
      long seen = signal.count();
      boolean sent = sendAll() && tell();
      reached = sent;
      if (sent) {
        backoff.reset();
      }
      clock.await(signal, seen, sent ? idle() : backoff.next(http.retryAfter().left()));
    }
  }

  private Duration idle() {
    return online ? live.due().orElse(IDLE_MAX) : IDLE_MAX;
  }

  /** What is under way is told when nothing older waits; whatever comes of it, nothing is kept. */
  private boolean tell() {
    return closed || !online || live.tell();
  }

  /** Whether there is nothing left to send. */
  private boolean sendAll() {
    while (!closed && online && queue.size() > 0) {
      if (!sendBatch()) {
        return false;
      }
    }
    return true;
  }

  private boolean sendBatch() {
    Optional<Batch> batch = queue.next();
    if (batch.isEmpty()) {
      return queue.size() == 0; // what cannot be read is looked at again later
    }
    Answer<Stored> answer = http.post("/agent/v1/reports", batch.get(), Stored.class);
    return switch (answer) {
      case Answer.Value<Stored>(Stored stored) -> {
        serverTime.accept(stored.serverTime());
        live.forget();
        trouble.taken();
        yield queue.stored(stored.stored());
      }
      case Answer.Refused<Stored> no when isForGood(no.status()) -> {
        if (queue.refused(no.problem())) {
          trouble.dropped(no.problem());
        }
        yield true;
      }
      case Answer.Refused<Stored> _, Answer.Failed<Stored> _ -> {
        trouble.failed(answer.problem());
        yield false;
      }
    };
  }

  /** Whether what was answered so will never be taken as it is. */
  public static boolean isForGood(int status) {
    return status == 400 || status == 413 || status == 422;
  }
}
