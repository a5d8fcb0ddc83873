package dev.pullcord.agent.pass;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.worker.FlapGuard;
import dev.pullcord.protocol.error.ExitCode;
import dev.pullcord.protocol.report.NodeState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What failed and is tried again by itself, and when: a fault of the environment, a worker that has
 * died. The soonest of all times of a pass is when the loop wakes.
 */
final class Retries {
  private final FaultBackoff backoff;
  private final FlapGuard flaps;
  private final PassNumbers numbers;
  private @Nullable Duration wakeIn;

  Retries(HostClock clock, FlapGuard flaps, PassNumbers numbers) {
    this.backoff = new FaultBackoff(clock);
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
    Duration due = backoff.dueIn(subject);
    if (due.isPositive()) {
      wake(due);
    }
    return due.isPositive();
  }

  /** Whether the last fault was of that subject. */
  boolean areAbout(Object subject) {
    return backoff.isAbout(subject);
  }

  /** What has failed of the environment does not count any more. */
  void forget() {
    backoff.forget();
  }

  /** An operator wants all tried at once. */
  void forgetAll() {
    backoff.forget();
    flaps.forget();
  }

  PassResult environmentFault(Object subject, String reason) {
    numbers.end();
    wake(backoff.fault(subject, reason));
    return last(ExitCode.FAILED);
  }

  /** The last fault of the environment. */
  PassResult last(ExitCode exit) {
    return new PassResult(NodeState.FAILED, backoff.reason(), backoff.retryAt(), exit);
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
