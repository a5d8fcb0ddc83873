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
   */
  private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

  private static final Duration BUSY_STOPS_WITHIN = Duration.ofSeconds(5);

  private static final Duration BEGINS_WITHIN = Duration.ofSeconds(10);

  /**
   * What has begun is finished all the same when something newer was decided or the agent ends:
   * half way through, either nobody would consume or two versions. An agent that ends waits 6 s.
   */
  private static final Duration HURRIED_STOPS_WITHIN = Duration.ofSeconds(3);

  private static final Duration HURRIED_BEGINS_WITHIN = Duration.ofSeconds(5);

  private final CeleryFiles files;
  private final HostClock clock;
  private final BooleanSupplier cancelled;
  private final Signal never = new Signal();
  private @Nullable Long hurriedSince;

  QueueHandover(CeleryFiles files, HostClock clock, BooleanSupplier cancelled) {
    this.files = files;
    this.clock = clock;
    this.cancelled = cancelled;
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
            HURRIED_BEGINS_WITHIN,
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
    if (hurriedSince != null) {
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
      Duration within = busy ? BUSY_STOPS_WITHIN : STOPS_WITHIN;
      if (!await(() -> !consumes(other), within, HURRIED_STOPS_WITHIN, () -> alive(other))) {
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

  private boolean await(Question question, Duration within, Duration hurried, BooleanSupplier alive)
      throws IOException {
    long end = clock.nanos() + within.toNanos();
    while (!question.answer()) {
      if (clock.nanos() - end >= 0 || !alive.getAsBoolean() || hurriedFor(hurried)) {
        return question.answer();
      }
      clock.await(never, never.count(), LOOK);
    }
    return true;
  }

  private boolean hurriedFor(Duration most) {
    if (hurriedSince == null && cancelled.getAsBoolean()) {
      hurriedSince = clock.nanos();
    }
    return hurriedSince != null && clock.nanos() - hurriedSince >= most.toNanos();
  }

  private long millisSince(long began) {
    return (clock.nanos() - began) / 1_000_000;
  }
}
