package dev.pullcord.agent.pass;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.PassNumbers;
import dev.pullcord.agent.plan.Step;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.worker.FlapGuard;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what failed and is tried again by itself, and when: a fault of the environment, a
 * worker that has died. The soonest of all times of a pass is when the loop wakes.
 */
public final class Retries {
  /** From so many tries on, their number is said. */
  private static final int SERIES = 3;

  private final HostClock clock;
  private final FlapGuard flaps;
  private final PassNumbers numbers;
  private @Nullable Fault last;
  private @Nullable Duration wakeIn;

  /**
   * The last fault of the environment.
   *
   * @param subject what was tried, a commit for example; another one starts anew
   * @param inARow how many faults of that subject there were
   * @param reason why, and how long it was until the next try when that was found
   */
  private record Fault(Object subject, int inARow, String reason, long dueAt, Instant retryAt) {}

  /** With that clock. */
  public Retries(HostClock clock, FlapGuard flaps, PassNumbers numbers) {
    this.clock = clock;
    this.flaps = flaps;
    this.numbers = numbers;
  }

  void passBegins() {
    wakeIn = null;
  }

  /** How long until something is to be tried again; empty when nothing is. */
  Optional<Duration> wakeIn() {
    return Optional.ofNullable(wakeIn);
  }

  void wake(Duration in) {
    wakeIn = wakeIn == null || in.compareTo(wakeIn) < 0 ? in : wakeIn;
  }

  /** Whether a subject is not to be tried yet; if so the loop wakes when it is. */
  boolean waits(Object subject) {
    Duration due =
        last != null && last.subject.equals(subject)
            ? Duration.ofNanos(last.dueAt - clock.nanos())
            : Duration.ZERO;
    if (due.isPositive()) {
      wake(due);
    }
    return due.isPositive();
  }

  /** Whether the last fault was of that subject. */
  boolean areAbout(Object subject) {
    return last != null && last.subject.equals(subject);
  }

  /** What has failed of the environment does not count any more. */
  void forget() {
    last = null;
  }

  /** An operator wants all tried at once. */
  void forgetAll() {
    forget();
    flaps.forget();
  }

  /** A new release has taken over: what died before does not count any more. */
  void forgetDeaths() {
    flaps.forget();
  }

  /** The worker of a plan that is not to be tried yet, because it has just died. */
  Optional<String> flapping(List<Step> steps) {
    return steps.stream()
        .flatMap(step -> step.blamedWorker().stream())
        .filter(worker -> flaps.dueIn(worker).isPositive())
        .findFirst();
  }

  /** The agent's own disk is at fault. */
  PassResult diskFault(String reason) {
    return environmentFault("the state directory", reason);
  }

  /** The environment is at fault; the loop wakes when the subject is to be tried again. */
  PassResult environmentFault(Object subject, String reason) {
    numbers.end();
    int inARow = last != null && last.subject.equals(subject) ? last.inARow + 1 : 1;
    Duration delay = FlapGuard.delay(inARow);
    String tries = inARow < SERIES ? "" : "try " + inARow + ", ";
    last =
        new Fault(
            subject,
            inARow,
            reason + " (" + tries + "again in " + delay.toSeconds() + " s)",
            clock.nanos() + delay.toNanos(),
            clock.now().plus(delay));
    wake(delay);
    return last(ExitCode.FAILED);
  }

  /** The last fault of the environment. */
  PassResult last(ExitCode exit) {
    if (last == null) {
      throw new IllegalStateException("nothing has failed");
    }
    return new PassResult(NodeState.FAILED, last.reason, last.retryAt, exit);
  }

  PassResult workerFault(String worker, String reason) {
    numbers.end();
    flaps.died(worker, reason);
    return restarting(worker);
  }

  /** A worker is down, and started again after a while. */
  PassResult restarting(String worker) {
    wake(flaps.dueIn(worker));
    return new PassResult(
        NodeState.FAILED, flaps.reason(worker), flaps.retryAt(worker), ExitCode.FAILED);
  }
}
