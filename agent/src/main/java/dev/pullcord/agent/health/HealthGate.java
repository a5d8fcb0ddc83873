package dev.pullcord.agent.health;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.PollPause;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.http.LoopbackHttp;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.unit.Durations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits until a worker is well: its check succeeds so many times in a row, before the deadline;
 * without a check, the same process lives for two seconds. A worker that dies fails at once.
 *
 * <p>While the worker has not been well yet, the tries come quickly at first: 1 ms apart, then
 * twice as long each time, up to the pause that the manifest asks for.
 */
public final class HealthGate {
  private static final Duration ALIVE_FOR = Duration.ofSeconds(2);

  /** A last try that had no more time than this says less than the one before it. */
  private static final Duration BRIEF = Duration.ofMillis(250);

  private static final long LOOK_EVERY_NANOS = 20_000_000;

  private final CommandRunner runner;
  private final LoopbackHttp http;
  private final HostClock clock;
  private final Masks masks;
  private final Signal never = new Signal();

  /**
   * With that runner.
   *
   * @param masks what is taken out of what a worker answers
   */
  public HealthGate(CommandRunner runner, HostClock clock, Masks masks) {
    this.runner = runner;
    this.http = new LoopbackHttp(clock);
    this.clock = clock;
    this.masks = masks;
  }

  /**
   * A worker to look at.
   *
   * @param spec null for the default
   * @param alive whether its very process lives
   * @param active the release that is active: the command's directory
   * @param environment of the generation
   * @param user the user of its own that the worker has; null for the one of all others
   */
  public record Patient(
      @Nullable HealthSpec spec,
      BooleanSupplier alive,
      Path active,
      Map<String, String> environment,
      @Nullable String user) {
    /** Of one that has no user of its own. */
    public Patient(
        @Nullable HealthSpec spec,
        BooleanSupplier alive,
        Path active,
        Map<String, String> environment) {
      this(spec, alive, active, environment, null);
    }
  }

  /** Waits; {@code cancelled} is asked at least every 20 ms. */
  public HealthVerdict await(Patient patient, BooleanSupplier cancelled) {
    HealthSpec spec = patient.spec();
    Optional<HealthProbe> probe = spec == null ? Optional.empty() : probe(spec.check(), patient);
    return spec == null || probe.isEmpty()
        ? rest(patient, ALIVE_FOR.toNanos(), cancelled)
            .orElseGet(() -> new HealthVerdict.Well("alive for 2 s with the same pid"))
        : await(spec, probe.get(), patient, cancelled);
  }

  private Optional<HealthProbe> probe(HealthCheck check, Patient patient) {
    return switch (check) {
      case HealthCheck.Run(var command) -> Optional.of(new CommandProbe(runner, command, patient));
      case HealthCheck.Http asked ->
          Optional.of(new HttpProbe(http, masks, asked, patient.environment()));
      case HealthCheck.Tcp tcp -> Optional.of(new TcpProbe(clock, tcp));
      case HealthCheck.OwnProof own -> Optional.empty();
    };
  }

  private HealthVerdict await(
      HealthSpec spec, HealthProbe probe, Patient patient, BooleanSupplier cancelled) {
    long deadline = clock.nanos() + spec.deadline().toNanos();
    PollPause pause = new PollPause(spec.every());
    int inARow = 0;
    boolean wasWell = false;
    HealthProbe.Attempt before = null;
    while (true) {
      Duration left = Duration.ofNanos(Math.max(1, deadline - clock.nanos()));
      HealthProbe.Attempt attempt =
          probe.once(left, () -> cancelled.getAsBoolean() || !patient.alive().getAsBoolean());
      if (attempt instanceof HealthProbe.Attempt.Impossible(HealthVerdict verdict)) {
        return verdict;
      }
      if (!patient.alive().getAsBoolean()) {
        return new HealthVerdict.Died(attempt.output());
      }
      if (attempt instanceof HealthProbe.Attempt.CutShort) {
        return new HealthVerdict.Abandoned(attempt.output());
      }
      inARow = attempt instanceof HealthProbe.Attempt.Passed ? inARow + 1 : 0;
      wasWell |= inARow > 0;
      if (inARow >= spec.times()) {
        return new HealthVerdict.Well(attempt.output());
      }
      Duration rest = wasWell ? spec.every() : pause.next();
      if (clock.nanos() + rest.toNanos() - deadline >= 0) {
        boolean brief = left.compareTo(BRIEF) < 0;
        return unwell(spec, brief && before != null ? before : attempt);
      }
      before = attempt;
      Optional<HealthVerdict> end = rest(patient, rest.toNanos(), cancelled);
      if (end.isPresent()) {
        return end.get();
      }
    }
  }

  private static HealthVerdict unwell(HealthSpec spec, HealthProbe.Attempt last) {
    String often = spec.times() == 1 ? "once" : spec.times() + " times in a row";
    String within = Durations.format(spec.deadline());
    String reason = "health: not well %s within %s; ".formatted(often, within);
    return last instanceof HealthProbe.Attempt.Failed failed
        ? new HealthVerdict.Unwell(reason + failed.how(), failed.exitCode(), failed.output())
        : new HealthVerdict.Unwell(reason + "it was well too late", null, last.output());
  }

  /** Waits that long; not empty when the wait was cut short, and why. */
  private Optional<HealthVerdict> rest(Patient patient, long nanos, BooleanSupplier cancelled) {
    long end = clock.nanos() + nanos;
    while (true) {
      if (!patient.alive().getAsBoolean()) {
        return Optional.of(new HealthVerdict.Died(""));
      }
      if (cancelled.getAsBoolean()) {
        return Optional.of(new HealthVerdict.Abandoned(""));
      }
      long left = end - clock.nanos();
      if (left <= 0) {
        return Optional.empty();
      }
      clock.await(never, never.count(), Duration.ofNanos(Math.min(left, LOOK_EVERY_NANOS)));
    }
  }
}
