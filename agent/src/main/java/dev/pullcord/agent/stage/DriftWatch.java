package dev.pullcord.agent.stage;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.stage.tree.ContentCheck;
import dev.pullcord.agent.stage.tree.Differences;
import dev.pullcord.agent.stage.tree.DriftCheck;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.report.DriftStatus;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the active release is as its commit says, with what was built for it: between
 * passes, before the first pass of an agent, and after a pass that failed. What differs is
 * reported, and {@code ReleaseRepair} stages it again where that is wanted.
 *
 * <p>Bounds: a look takes at most a hundredth of the time; contents are read in pieces; against
 * somebody who changes a release again and again it is staged once in five minutes.
 */
public final class DriftWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
  private static final Duration READ_EVERY = Duration.ofHours(6);
  private static final Duration STAGE_EVERY = Duration.ofMinutes(5);
  private static final long READ_BYTES = 32 << 20;
  private static final int SHARE = 100;

  private final StateDirectory directory;
  private final Journal journal;
  private final HostClock clock;
  private final boolean enforce;
  private final BuiltCheck builtCheck;
  private @Nullable String release;
  private Differences attributes = Differences.NONE;
  private Differences content = Differences.NONE;
  private Differences built = Differences.NONE;
  private @Nullable ContentCheck reading;
  private @Nullable DriftStatus drift;
  private long lookAt;
  private long readAt;
  private long stageAt;
  private boolean suspected = true;

  /**
   * Of the releases in a directory.
   *
   * @param builtCheck looks at what was built for them
   * @param enforce whether a release that differs is staged again
   */
  public DriftWatch(
      StateDirectory directory,
      Journal journal,
      HostClock clock,
      BuiltCheck builtCheck,
      boolean enforce) {
    this.builtCheck = builtCheck;
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
    this.enforce = enforce;
    this.release = journal.history().active();
    this.lookAt = clock.nanos();
    this.readAt = lookAt;
    this.stageAt = lookAt;
  }

  /** How the active release differs; null as far as it is known not to. */
  public @Nullable DriftStatus drift() {
    return Objects.equals(release, journal.history().active()) ? drift : null;
  }

  /** Looks, when it is time to; whether something else is known than before. */
  public boolean look() {
    String active = journal.history().active();
    if (!Objects.equals(active, release)) {
      forget(active);
    }
    long now = clock.nanos();
    if (active == null || now - lookAt < 0) {
      return false;
    }
    DriftStatus before = drift;
    journal
        .history()
        .activeRelease()
        .ifPresent(known -> {
          attributes = DriftCheck.of(directory.release(active), known);
          built = builtCheck.of(known);
        });
    try {
      read(active);
    } catch (IOException e) {
      content = new Differences(1, List.of("it cannot be read: " + FileFault.of(e)));
    }
    say();
    long took = clock.nanos() - now;
    lookAt = now + Math.max(LOOK_EVERY.toNanos(), SHARE * took);
    return !Objects.equals(before, drift);
  }

  private void forget(@Nullable String active) {
    release = active;
    attributes = Differences.NONE;
    content = Differences.NONE;
    built = Differences.NONE;
    stopReading();
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
      stopReading();
      readAt = clock.nanos() + READ_EVERY.toNanos();
    }
  }

  private void stopReading() {
    ContentCheck done = reading;
    reading = null;
    if (done != null) {
      try {
        done.close();
      } catch (IOException e) {
        LOG.warn("closing what a content check has read", e);
      }
    }
  }

  private void say() {
    Differences found = attributes.or(content).or(built);
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

  /**
   * Why the release that last ran well is to be staged again now; empty where it is as it should
   * be, where that is not wanted, and for a while after it was done.
   */
  public Optional<String> wrong() {
    AgentHistory history = journal.history();
    Applied applied = history.applied();
    if (applied == null) {
      return Optional.empty();
    }
    Optional<Release> release = history.appliedRelease();
    if (release.isEmpty()) {
      return Optional.of("release " + applied.release() + " is gone from the disk");
    }
    DriftStatus now = drift();
    boolean due = enforce && clock.nanos() - stageAt >= 0;
    return now == null || !due || !release.get().name().equals(history.active())
        ? Optional.empty()
        : Optional.of(text(now));
  }

  /** How the release differs that is to be gone back to; empty where it is as it was staged. */
  public Optional<String> wrongBehind() {
    return journal
        .history()
        .appliedRelease()
        .filter(behind -> !behind.name().equals(journal.history().active()))
        .flatMap(this::damage);
  }

  /** How a release that is not active differs from its commit, or from what was built for it. */
  Optional<String> damage(Release of) {
    Differences found = DriftCheck.of(directory.release(of.name()), of).or(builtCheck.of(of));
    return found.none()
        ? Optional.empty()
        : Optional.of("release " + of.name() + ": " + found.text());
  }

  /** The goal; with its release staged anew where one was built before and is not as it was. */
  public Goal sound(Goal goal) {
    return Optional.ofNullable(goal.release())
            .filter(name -> !name.equals(journal.history().active()))
            .map(journal.history().releases()::get)
            .flatMap(this::damage)
            .isEmpty()
        ? goal
        : goal.unstaged();
  }

  /**
   * The result of a pass; while the active release is not as its commit says, the reason says so.
   * After one that failed, perhaps for a file that is not there, the next pass looks first.
   */
  public PassResult told(PassResult result) {
    suspected = suspected || result.state() == NodeState.FAILED;
    return Optional.ofNullable(drift())
        .map(this::text)
        .filter(shown -> result.state() != NodeState.APPLYING && !result.reason().contains(shown))
        .map(result::but)
        .orElse(result);
  }

  private String text(DriftStatus now) {
    return "release " + release + ": " + now.reason();
  }

  /** It is staged again: not again before some time has passed. */
  public void staging() {
    stageAt = clock.nanos() + STAGE_EVERY.toNanos();
  }

  /** Looks before a pass: the first one of an agent, and one after another that failed. */
  public void before() {
    if (suspected) {
      suspected = false;
      lookAt = clock.nanos();
      look();
    }
  }
}
