package dev.pullcord.agent.pass;

import dev.pullcord.agent.channel.Decision;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Applied;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Plan;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.source.Snapshot;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.stage.ContentCheck;
import dev.pullcord.agent.stage.Differences;
import dev.pullcord.agent.stage.DriftCheck;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the active release as its commit says. Between passes it is looked at; what differs is
 * reported, and, where that is wanted, the same commit is staged again and switched to as any other
 * is, so that a worker whose identity is the same is not restarted.
 *
 * <p>Bounds: a look takes at most a hundredth of the time; contents are read in pieces; against
 * somebody who changes a release again and again it is staged once in five minutes.
 */
final class DriftWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
  private static final Duration READ_EVERY = Duration.ofHours(6);
  private static final Duration STAGE_EVERY = Duration.ofMinutes(5);
  private static final long READ_BYTES = 32 << 20;
  private static final int SHARE = 100;

  private final StateDirectory directory;
  private final Journal journal;
  private final HostClock clock;
  private final Source source;
  private final boolean enforce;
  private @Nullable String release;
  private Differences attributes = Differences.NONE;
  private Differences content = Differences.NONE;
  private @Nullable ContentCheck reading;
  private @Nullable DriftStatus drift;
  private long lookAt;
  private long readAt;
  private long stageAt;

  DriftWatch(PassSetup setup, Journal journal) {
    this.directory = setup.directory();
    this.journal = journal;
    this.clock = setup.clock();
    this.source = setup.source();
    this.enforce = setup.enforceDrift();
    this.release = journal.history().active();
    this.lookAt = clock.nanos();
    this.readAt = lookAt;
    this.stageAt = lookAt;
  }

  /** How the active release differs; null as far as it is known not to. */
  @Nullable DriftStatus drift() {
    return Objects.equals(release, journal.history().active()) ? drift : null;
  }

  /** Looks, when it is time to; whether something else is known than before. */
  boolean look() {
    String active = journal.history().active();
    if (!Objects.equals(active, release)) {
      forget(active);
    }
    long now = clock.nanos();
    if (active == null || now - lookAt < 0) {
      return false;
    }
    DriftStatus before = drift;
    try {
      attributes = DriftCheck.of(directory.release(active));
      read(active);
      say();
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("release {} could not be compared with its commit: {}", active, e.toString());
    }
    long took = clock.nanos() - now;
    lookAt = now + Math.max(LOOK_EVERY.toNanos(), SHARE * took);
    return !Objects.equals(before, drift);
  }

  private void forget(@Nullable String active) {
    release = active;
    attributes = Differences.NONE;
    content = Differences.NONE;
    reading = null;
    drift = null;
    lookAt = clock.nanos() + LOOK_EVERY.toNanos();
    readAt = clock.nanos() + READ_EVERY.toNanos();
  }

  private void read(String active) throws IOException {
    if (reading == null && clock.nanos() - readAt >= 0) {
      reading = new ContentCheck(directory.release(active));
    }
    Differences all = reading == null ? null : reading.read(READ_BYTES);
    if (all != null) {
      content = all;
      reading = null;
      readAt = clock.nanos() + READ_EVERY.toNanos();
    }
  }

  private void say() {
    Differences found = attributes.none() ? content : attributes;
    if (found.none()) {
      drift = null;
      return;
    }
    Instant since = drift == null ? clock.now() : drift.since();
    DriftStatus now = new DriftStatus(since, found.paths(), found.text());
    if (!now.equals(drift)) {
      LOG.warn("drift in release {}: {}", release, found.text());
    }
    drift = now;
  }

  /** What a pass makes of a commit, under the name of a ref. */
  interface Asking extends BiFunction<Snapshot, String, Goal> {}

  /** What a pass applies plans with. */
  interface Applying extends BiFunction<PassContext, List<Step>, PassResult> {}

  /** After a pass that ended well: a release that differs is replaced, where that is wanted. */
  PassResult mended(
      PassResult result, @Nullable Decision decision, Asking asking, Applying applying) {
    boolean well = result.state() == NodeState.CONVERGED || result.state() == NodeState.ROLLED_BACK;
    AgentHistory history = journal.history();
    Applied applied = history.applied();
    if (!well || !enforce || drift() == null || applied == null || clock.nanos() - stageAt < 0) {
      return result;
    }
    stageAt = clock.nanos() + STAGE_EVERY.toNanos();
    if (!(source.obtain(applied.commit()).on(applied.labels())
        instanceof SourceResult.Obtained obtained)) {
      LOG.warn("{} cannot be had now; release {} stays as it is", applied.commit(), release);
      return result;
    }
    Snapshot same = obtained.snapshot();
    Goal goal = asking.apply(same, applied.ref());
    Plan.Steps anew = Planner.anew(goal, history);
    PassResult mended =
        applying.apply(PassContext.of(decision, goal, same, PassContext.Mode.MEND), anew.steps());
    return mended.state() == NodeState.CONVERGED ? result : mended;
  }
}
