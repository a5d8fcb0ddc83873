package dev.pullcord.agent.report;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.http.AgentHttp;
import dev.pullcord.agent.http.Answer;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeReport;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.ReportMessages.Batch;
import dev.pullcord.protocol.report.ReportMessages.Stored;
import dev.pullcord.protocol.report.UnderWay;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server what a pass is doing while it does it, at most once a second, and again after a
 * while when nothing of it has changed. A step that is over soon is never told. All but {@link
 * #began} is the sending thread's.
 */
final class LiveProgress {
  private static final Logger LOG = LoggerFactory.getLogger(LiveProgress.class);
  private static final long LASTS_NANOS = Duration.ofMillis(500).toNanos();
  private static final long EVERY_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

  private final ReportSpool spool;
  private final AgentHttp http;
  private final HostClock clock;
  private final Consumer<Instant> serverTime;
  private final AtomicReference<@Nullable Begun> begun = new AtomicReference<>();
  private Reports.@Nullable Progress told;
  private long lookedAt;
  private long toldAt;

  private record Begun(Supplier<Optional<Reports.Progress>> progress, long nanos) {}

  LiveProgress(ReportSpool spool, AgentHttp http, HostClock clock, Consumer<Instant> serverTime) {
    this.spool = spool;
    this.http = http;
    this.clock = clock;
    this.serverTime = serverTime;
    this.lookedAt = clock.nanos() - EVERY_NANOS;
  }

  void began(Supplier<Optional<Reports.Progress>> progress) {
    begun.set(new Begun(progress, clock.nanos()));
  }

  /** The server may not know any more what it was told. */
  void forget() {
    told = null;
  }

  /** How long until there may be something to tell; empty while nothing is under way. */
  Optional<Duration> due() {
    Begun step = begun.get();
    return step == null ? Optional.empty() : Optional.of(Duration.ofNanos(dueIn(step)));
  }

  private long dueIn(Begun step) {
    long lasts = step.nanos() + LASTS_NANOS - clock.nanos();
    return Math.max(0, Math.max(lasts, lookedAt + EVERY_NANOS - clock.nanos()));
  }

  /** Tells it, if it is time to; false if the server could not be told. */
  boolean tell() {
    Begun step = begun.get();
    if (step == null || dueIn(step) > 0) {
      return true;
    }
    lookedAt = clock.nanos();
    // The number first: whatever is recorded from now on has a higher one.
    ReportNumber number = spool.unkept();
    Optional<Reports.Progress> now = step.progress().get();
    if (now.isEmpty()) {
      begun.compareAndSet(step, null);
      return true;
    }
    return isTold(now.get()) || send(number, now.get());
  }

  private boolean isTold(Reports.Progress now) {
    return told != null
        && clock.nanos() - toldAt < AGAIN_NANOS
        && essence(told).equals(essence(now));
  }

  private static List<Object> essence(Reports.Progress progress) {
    UnderWay step = progress.step();
    NodeStatus status = progress.status();
    return List.of(
        progress.revision(),
        status.state(),
        status.reason(),
        status.workers(),
        step.pass(),
        step.index(),
        step.output());
  }

  private boolean send(ReportNumber number, Reports.Progress now) {
    NodeReport report =
        new NodeReport(
            number,
            clock.now(),
            now.revision(),
            now.deployment(),
            now.status().fitting(),
            List.of(),
            now.step());
    Answer<Stored> answer =
        http.post("/agent/v1/reports", new Batch(List.of(report)), Stored.class);
    switch (answer) {
      case Answer.Value<Stored>(Stored stored) -> serverTime.accept(stored.serverTime());
      case Answer.Refused<Stored> no when Reporter.isForGood(no.status()) ->
          LOG.debug("what is under way was not taken: {}", no.problem());
      case Answer.Refused<Stored> _, Answer.Failed<Stored> _ -> {
        return false;
      }
    }
    told = now;
    toldAt = clock.nanos();
    return true;
  }
}
