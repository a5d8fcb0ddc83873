package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.worker.WorkerKind.Charge;
import dev.pullcord.agent.worker.WorkerKind.Follow;
import dev.pullcord.base.host.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The queues from one generation to another: the others stop, then the link follows, then the one
 * begins, so that no two versions take new tasks at the same time. Going back is the same with the
 * two exchanged.
 */
final class QueueHandover {
  private static final Duration LOOK = Duration.ofMillis(10);

  /**
   * A pool of gevent or eventlet looks at its files every 2 s, and does so twice; a solo pool that
   * runs a task looks at nothing until it has ended, and is not waited for as long.
   *
   * <p>What has begun is finished all the same when something newer was decided or the agent ends:
   * half way through, either nobody would consume or two versions. An agent that ends waits 6 s.
   */
  private static final Limits STOPS_WITHIN = new Limits(10, 5, 3);

  private static final Limits BUSY_STOPS_WITHIN = new Limits(5, 5, 3);

  private static final Limits BEGINS_WITHIN = new Limits(10, 10, 5);

  private final CeleryFiles files;
  private final HostClock clock;
  private final BooleanSupplier cancelled;
  private final Signal never = new Signal();
  private final BooleanSupplier ending;
  private @Nullable Long overtakenSince;
  private @Nullable Long endingSince;

  /**
   * How long is waited, in seconds.
   *
   * @param usual from when it was asked for
   * @param overtaken from when something newer was decided
   * @param ending from when the agent is to end
   */
  private record Limits(Duration usual, Duration overtaken, Duration ending) {
    Limits(long usual, long overtaken, long ending) {
      this(Duration.ofSeconds(usual), Duration.ofSeconds(overtaken), Duration.ofSeconds(ending));
    }
  }

  /**
   * A handover of now.
   *
   * @param cancelled whether something newer was decided, or the agent ends
   * @param ending whether the agent ends
   */
  QueueHandover(
      CeleryFiles files, HostClock clock, BooleanSupplier cancelled, BooleanSupplier ending) {
    this.files = files;
    this.clock = clock;
    this.cancelled = cancelled;
    this.ending = ending;
  }

  StepResult over(Charge to, List<Generation> others, Follow follow) throws IOException {
    StringBuilder text = new StringBuilder();
    long began = clock.nanos();
    for (Generation other : stop(others)) {
      text.append(
          "generation %d has not confirmed that it takes no more tasks%n"
              .formatted(other.number()));
    }
    text.append("others stopped after %d ms%n".formatted(millisSince(began)));
    follow.now();
    long number = to.generation().number();
    Optional<HelperOrder> wanted = files.wanted(number);
    if (wanted.isEmpty()) {
      return StepResult.environmentFault("generations/" + number + " has no files", "");
    }
    HelperOrder next = wanted.get().consuming(wanted.get().ping());
    files.want(number, next);
    boolean begun =
        await(
            () -> consumes(to.generation(), next) || refused(to.generation()).isPresent(),
            BEGINS_WITHIN,
            to.alive());
    Optional<String> refused = refused(to.generation());
    if (refused.isPresent()) {
      return StepResult.releaseFault(
          "worker %s: the broker refuses %s".formatted(to.generation().worker(), refused.get()),
          null,
          text.toString());
    }
    if (!begun) {
      return notBegun(to, text.toString());
    }
    text.append(
        "generation %d consumes %s after %d ms"
            .formatted(
                number,
                files.told(to.generation()).map(told -> told.broker().queues()).orElse(List.of()),
                millisSince(began)));
    return StepResult.ok(text.toString());
  }

  private StepResult notBegun(Charge to, String text) throws IOException {
    String worker = "worker " + to.generation().worker();
    if (!to.alive().getAsBoolean()) {
      return StepResult.releaseFault(worker + " ended while taking over", null, "");
    }
    if (overtakenSince != null) {
      return StepResult.abandoned("take-over of " + to.generation().worker() + " abandoned", text);
    }
    String why = files.told(to.generation()).map(QueueHandover::why).orElse("silent");
    return StepResult.environmentFault(worker + " cannot take its queues over: " + why, text);
  }

  private static String why(HelperStatus told) {
    String error = told.problems().error();
    return error == null ? told.broker().phase() : told.broker().phase() + ", " + error;
  }

  /** Those that have not confirmed in time. */
  private List<Generation> stop(List<Generation> others) throws IOException {
    List<Generation> silent = new ArrayList<>();
    for (Generation other : others) {
      Optional<HelperOrder> wanted = files.wanted(other.number());
      if (wanted.isPresent() && wanted.get().consume()) {
        files.want(other.number(), wanted.get().givingUp(true));
      }
    }
    for (Generation other : others) {
      boolean busy = files.told(other).filter(HelperStatus::busy).isPresent();
      Limits within = busy ? BUSY_STOPS_WITHIN : STOPS_WITHIN;
      if (!await(() -> !consumes(other), within, () -> alive(other))) {
        if (alive(other)) {
          silent.add(other);
        }
      }
    }
    return silent;
  }

  /** What of its queues the broker does not allow. */
  private Optional<String> refused(Generation to) throws IOException {
    return files.told(to).map(told -> told.problems().refused());
  }

  private boolean consumes(Generation to, HelperOrder wanted) throws IOException {
    return files
        .told(to)
        .filter(told -> told.connected() && told.number() >= wanted.number())
        .isPresent();
  }

  private boolean consumes(Generation other) throws IOException {
    Optional<HelperOrder> wanted = files.wanted(other.number());
    return wanted.isPresent()
        && files
            .told(other)
            .filter(told -> !told.disconnected() && told.number() < wanted.get().number())
            .isPresent();
  }

  private static boolean alive(Generation generation) {
    return generation.process() != null && Processes.alive(generation.process());
  }

  private interface Question {
    boolean answer() throws IOException;
  }

  private boolean await(Question question, Limits within, BooleanSupplier alive)
      throws IOException {
    long asked = clock.nanos();
    while (!question.answer()) {
      if (isOver(asked, within) || !alive.getAsBoolean()) {
        return question.answer();
      }
      clock.await(never, never.count(), LOOK);
    }
    return true;
  }

  private boolean isOver(long asked, Limits within) {
    long now = clock.nanos();
    if (overtakenSince == null && cancelled.getAsBoolean()) {
      overtakenSince = now;
    }
    if (endingSince == null && ending.getAsBoolean()) {
      endingSince = now;
    }
    return now - asked >= within.usual().toNanos()
        || (overtakenSince != null && now - overtakenSince >= within.overtaken().toNanos())
        || (endingSince != null && now - endingSince >= within.ending().toNanos());
  }

  private long millisSince(long began) {
    return (clock.nanos() - began) / 1_000_000;
  }
}
