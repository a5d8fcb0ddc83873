package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.PollPause;
import dev.pullcord.agent.worker.WorkerKind.Charge;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.unit.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what proves a generation: its connection to the broker, a ping that came back through
 * it to that very process, and the canary task. Ends at once when the process does.
 */
final class Proving {
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String WELL = "well-";

  private final CeleryFiles files;
  private final HostClock clock;
  private final Charge charge;
  private final BooleanSupplier cancelled;
  private final Signal never = new Signal();
  private @Nullable HelperStatus last;

  Proving(CeleryFiles files, HostClock clock, Charge charge, BooleanSupplier cancelled) {
    this.files = files;
    this.clock = clock;
    this.charge = charge;
    this.cancelled = cancelled;
  }

  private interface Look {
    /** What was waited for; empty when it is not there yet. */
    Optional<StepResult> at(@Nullable HelperStatus told) throws IOException;
  }

  /** A newcomer: ping, then canary. */
  StepResult ready() {
    try {
      Optional<HelperOrder> wanted = files.wanted(number());
      if (wanted.isEmpty()) {
        return StepResult.environmentFault(name() + " has no files in generations/" + number(), "");
      }
      StepResult pinged = pinged(wanted.get(), deadline());
      HelperOrder.Canary canary = wanted.get().canary();
      CelerySpec.Canary spec = CeleryKind.celery(charge.spec()).canary();
      if (!pinged.succeeded() || canary == null || spec == null) {
        return pinged;
      }
      StepResult done = canary(canary, spec);
      return done.succeeded() ? StepResult.ok(pinged.output() + "\n" + done.output()) : done;
    } catch (IOException e) {
      return StepResult.environmentFault(name() + ": " + FileFault.of(e), "");
    }
  }

  /**
   * One that has the work: so many pings in a row, and its queues. A solo pool that does a task
   * reads no file and answers no ping meanwhile, so that one counts that does a task of its queues.
   */
  StepResult well() throws IOException {
    HealthSpec health = charge.spec().health();
    int times = health == null || !health.isOwnProof() ? 1 : health.times();
    Duration every = health == null ? Duration.ZERO : health.every();
    StepResult result = StepResult.ok("");
    for (int i = 0; i < times; i++) {
      if (i > 0 && !rest(every)) {
        return ended();
      }
      Optional<HelperOrder> wanted = files.wanted(number());
      if (wanted.isEmpty()) {
        return StepResult.environmentFault(name() + " has no files in generations/" + number(), "");
      }
      HelperOrder next = asked(wanted.get());
      result =
          await(
              told -> told != null && told.atWork() ? works(told) : pinged(next, told),
              deadline(),
              () -> unreachable(deadline()));
      if (!result.succeeded()) {
        return result;
      }
    }
    return result;
  }

  /** The ping that it has not answered yet, also when that was asked for by an earlier try. */
  private HelperOrder asked(HelperOrder wanted) throws IOException {
    boolean open =
        wanted.consume()
            && wanted.ping().startsWith(WELL)
            && files
                .told(charge.generation())
                .filter(told -> !wanted.ping().equals(told.broker().ping()))
                .isPresent();
    if (open) {
      return wanted;
    }
    HelperOrder next = wanted.consuming(WELL + (wanted.number() + 1));
    files.want(number(), next);
    return next;
  }

  private static Optional<StepResult> works(HelperStatus told) {
    return Optional.of(StepResult.ok(text(told) + "\ndoes a task, and answers no ping meanwhile"));
  }

  /** What is wanted of it was made so, and its ping came back. */
  private StepResult pinged(HelperOrder wanted, Duration within) throws IOException {
    return await(told -> pinged(wanted, told), within, () -> unreachable(within));
  }

  private Optional<StepResult> pinged(HelperOrder wanted, @Nullable HelperStatus told) {
    if (told == null) {
      return Optional.empty();
    }
    if (told.problems().refused() != null) {
      return Optional.of(
          StepResult.releaseFault(
              name() + ": the broker refuses " + told.problems().refused(), null, text(told)));
    }
    return told.connected()
            && told.number() >= wanted.number()
            && wanted.ping().equals(told.broker().ping())
        ? Optional.of(StepResult.ok(text(told)))
        : Optional.empty();
  }

  private StepResult unreachable(Duration within) {
    String time = " within " + Durations.format(within);
    if (last == null) {
      return StepResult.releaseFault(
          name() + " did not come as far as its queues" + time, null, "");
    }
    if (!last.connected()) {
      return StepResult.environmentFault(
          name() + " did not reach its broker" + time + "; see the worker's log", text(last));
    }
    String error = last.problems().error() == null ? "" : ": " + last.problems().error();
    return StepResult.environmentFault(
        name() + " did not answer a ping through the broker" + time + error, text(last));
  }

  private StepResult canary(HelperOrder.Canary canary, CelerySpec.Canary spec) throws IOException {
    return await(
        told -> files.canary(number(), canary.id()).map(end -> canary(end, spec.task(), told)),
        spec.timeout(),
        () ->
            last == null || !last.connected()
                ? unreachable(spec.timeout())
                : reconnected()
                    ? StepResult.environmentFault(
                        name() + " lost its broker while it did its canary task " + spec.task(),
                        text(last))
                    : StepResult.releaseFault(
                        name()
                            + ": canary "
                            + (spec.task() + " has not ended within ")
                            + Durations.format(spec.timeout()),
                        null,
                        text(last)));
  }

  private StepResult canary(HelperStatus.Canary end, String task, @Nullable HelperStatus told) {
    if (told == null || !end.node().equals(told.node())) {
      return StepResult.releaseFault(
          name() + ": canary " + task + " was answered by another node: " + end.node(), null, "");
    }
    if (end.brokerFault()) {
      return StepResult.environmentFault(
          name() + ": canary " + task + " did not reach the broker: " + end.error(), "");
    }
    return end.state().equals("SUCCESS")
        ? StepResult.ok("canary " + task + " answered by " + end.node())
        : StepResult.releaseFault(
            name() + ": canary " + task + " ended as " + end.state() + ": " + end.error(),
            null,
            String.valueOf(end.error()));
  }

  private interface Late {
    StepResult result();
  }

  private StepResult await(Look look, Duration within, Late late) throws IOException {
    long end = clock.nanos() + within.toNanos();
    PollPause pause = new PollPause(LOOK);
    while (true) {
      Optional<HelperStatus> told = files.told(charge.generation());
      last = told.orElse(null);
      Optional<StepResult> seen = look.at(last);
      if (seen.isPresent()) {
        return seen.get();
      }
      if (clock.nanos() - end >= 0) {
        return late.result();
      }
      if (!rest(pause.next())) {
        return ended();
      }
    }
  }

  /** Whether it is still worth while afterwards. */
  private boolean rest(Duration time) {
    long end = clock.nanos() + time.toNanos();
    while (charge.alive().getAsBoolean() && !cancelled.getAsBoolean()) {
      long left = end - clock.nanos();
      if (left <= 0) {
        return true;
      }
      clock.await(never, never.count(), Duration.ofNanos(Math.min(left, LOOK.toNanos())));
    }
    return false;
  }

  /** Whether a newcomer has lost its connection in between. */
  private boolean reconnected() {
    return last != null && last.broker().connects() > 1;
  }

  private StepResult ended() throws IOException {
    Optional<HelperStatus> told = files.told(charge.generation());
    if (!charge.alive().getAsBoolean()
        && told.filter(end -> end.problems().brokerFault()).isPresent()) {
      return StepResult.environmentFault(
          name() + " has ended because of its broker: " + told.get().problems().error(), "");
    }
    return charge.alive().getAsBoolean()
        ? StepResult.abandoned("proof of " + charge.generation().worker() + " abandoned", "")
        : StepResult.releaseFault(name() + " has ended", null, "");
  }

  private static String text(HelperStatus told) {
    StringBuilder text = new StringBuilder();
    text.append(told.node()).append(": ").append(told.broker().phase());
    text.append(", consumes ").append(told.broker().queues());
    told.problems().warnings().forEach(warning -> text.append("\nwarning: ").append(warning));
    return text.toString();
  }

  private Duration deadline() {
    HealthSpec health = charge.spec().health();
    return health == null ? DEADLINE : health.deadline();
  }

  private String name() {
    return "worker " + charge.generation().worker();
  }

  private long number() {
    return charge.generation().number();
  }
}
