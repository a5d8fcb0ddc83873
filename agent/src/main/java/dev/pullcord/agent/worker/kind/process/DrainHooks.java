package dev.pullcord.agent.worker.kind.process;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.DrainHook;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the drain hooks of workers of kind {@code process}, again and again until each says that its
 * worker holds nothing. What was heard last is in memory: an agent that was restarted asks anew.
 *
 * <p>The hook is that of the release the generation was started from, since it has to be one that
 * the worker's code understands.
 */
final class DrainHooks {
  private static final Logger LOG = LoggerFactory.getLogger(DrainHooks.class);

  /** What the hook finds the process by that it speaks to. */
  private static final String PID = "PULLCORD_PID";

  private static final Duration FIRST_LOOK = Duration.ofMillis(200);
  private static final Duration FIRST_LOOK_AFTER_A_FAILURE = Duration.ofSeconds(1);
  private static final Duration LAST_LOOK = Duration.ofSeconds(10);

  /** The longer it drains, the less often it is asked, since each time costs a process. */
  private static final int LOOKS_SHARE = 8;

  private final CommandRunner runner;
  private final HostClock clock;
  private final Map<Long, Heard> heard = new HashMap<>();
  private final Map<Long, Long> ends = new HashMap<>();
  private final Set<Long> newcomers = new HashSet<>();

  /** What one run of the hook came to, and when it is due again, on the monotonic clock. */
  private record Heard(WorkerKind.Drain drain, long since, long due) {}

  DrainHooks(CommandRunner runner, HostClock clock) {
    this.runner = runner;
    this.clock = clock;
  }

  /** Whether the hook can be run in a staged release. */
  static StepResult preflight(WorkerSpec spec, Surroundings staged) {
    DrainHook hook = spec.drainHook();
    if (hook == null) {
      return StepResult.ok("");
    }
    return ProgramFault.of(hook.command().run(), staged.release(), staged.environment(spec.env()))
        .map(why -> {
          String reason = "worker " + spec.name() + ": drain hook: " + why.text();
          return why.ofRelease()
              ? StepResult.releaseFault(reason, null, reason)
              : StepResult.environmentFault(reason, reason);
        })
        .orElse(StepResult.ok(""));
  }

  /** How long until the generation may be asked to end, or its hook is to be run again. */
  Duration letGo(WorkerKind.Charge charge, BooleanSupplier cancelled) {
    Generation generation = charge.generation();
    DrainHook hook = charge.spec().drainHook();
    if (hook == null || generation.signalled() || !charge.alive().getAsBoolean()) {
      return gone(generation);
    }
    if (generation.newcomer()) {
      newcomers.add(generation.number());
    }
    Heard before = heard.get(generation.number());
    if (before != null && before.due() - clock.nanos() > 0) {
      return Duration.ofNanos(before.due() - clock.nanos());
    }
    if (overdue(generation, hook)) {
      return gone(generation);
    }
    CommandResult result =
        run(
            charge,
            hook.command(),
            () -> cancelled.getAsBoolean() || !charge.alive().getAsBoolean());
    if (result.succeeded()) {
      return gone(generation);
    }
    WorkerKind.Drain drain = drain(hook.command(), result);
    if (drain.failed() && newcomers.contains(generation.number())) {
      LOG.warn("generation {} of {}: {}", generation.number(), generation.worker(), drain.text());
      return gone(generation);
    }
    return again(generation, drain, before);
  }

  private Duration again(Generation generation, WorkerKind.Drain drain, @Nullable Heard before) {
    if (drain.failed() && (before == null || !before.drain().equals(drain))) {
      LOG.warn("generation {} of {}: {}", generation.number(), generation.worker(), drain.text());
    }
    long now = clock.nanos();
    long since = before == null ? now : before.since();
    Duration share = Duration.ofNanos(now - since).dividedBy(LOOKS_SHARE);
    Duration least = drain.failed() ? FIRST_LOOK_AFTER_A_FAILURE : FIRST_LOOK;
    Duration wait =
        share.compareTo(least) < 0 ? least : share.compareTo(LAST_LOOK) > 0 ? LAST_LOOK : share;
    heard.put(generation.number(), new Heard(drain, since, now + wait.toNanos()));
    return wait;
  }

  private boolean overdue(Generation generation, DrainHook hook) {
    Duration deadline = hook.deadline();
    boolean overdue =
        deadline != null
            && generation.phase() == Generation.Phase.DISMISSED
            && clock.nanos() - end(generation, deadline) > 0;
    if (deadline != null && overdue) {
      LOG.warn(
          "generation {} of {} is asked to end with what it holds: it drains for longer than its"
              + " deadline of {}",
          generation.number(),
          generation.worker(),
          Durations.format(deadline));
    }
    return overdue;
  }

  /**
   * When the deadline is over, on the monotonic clock: the wall clock is asked once, for the time
   * before this agent looked at the generation first, and may jump after that.
   */
  private long end(Generation generation, Duration deadline) {
    return ends.computeIfAbsent(
        generation.number(),
        _ -> {
          Duration passed = Duration.between(generation.since(), clock.now());
          Duration left = passed.isNegative() ? deadline : deadline.minus(passed);
          return clock.nanos() + left.toNanos();
        });
  }

  private CommandResult run(
      WorkerKind.Charge charge, CommandSpec command, BooleanSupplier cancelled) {
    Surroundings where = charge.where();
    Map<String, String> environment = new HashMap<>(where.environment(charge.spec().env()));
    ProcessId process = charge.generation().process();
    if (process != null) {
      environment.put(PID, Long.toString(process.pid()));
    }
    Optional<List<String>> run = Programs.resolve(command.run(), where.release(), environment);
    if (run.isEmpty()) {
      String why =
          ProgramFault.of(command.run(), where.release(), environment)
              .map(ProgramFault::text)
              .orElse(command.run().getFirst() + " is not found");
      return new CommandResult(CommandResult.End.NOT_STARTED, null, why, 0);
    }
    return runner.run(Command.in(where, run.get(), environment, command.timeout()), cancelled);
  }

  private static WorkerKind.Drain drain(CommandSpec command, CommandResult result) {
    String last = StepResult.lastLine(result.output());
    String said = last.isEmpty() ? "" : ": " + last;
    return switch (result.end()) {
      case EXITED -> {
        int exit = result.exitCode() == null ? -1 : result.exitCode();
        yield exit == DrainHook.BUSY
            ? new WorkerKind.Drain(last.isEmpty() ? "still busy" : last, false)
            : new WorkerKind.Drain("its drain hook exited " + exit + said, true);
      }
      case TIMED_OUT ->
          // It may be one that waits until the worker is idle: nobody can tell.
          new WorkerKind.Drain(
              "its drain hook did not end within " + Durations.format(command.timeout()) + said,
              false);
      case CANCELLED -> new WorkerKind.Drain("its drain hook is run again", false);
      case TOO_MUCH_OUTPUT -> new WorkerKind.Drain("its drain hook wrote over 64 MiB", true);
      case NOT_STARTED ->
          new WorkerKind.Drain(
              "its drain hook" + (result.mayHaveRun() ? "" : " cannot be run") + said, true);
    };
  }

  private Duration gone(Generation generation) {
    heard.remove(generation.number());
    newcomers.remove(generation.number());
    ends.remove(generation.number());
    return Duration.ZERO;
  }

  Optional<WorkerKind.Drain> drain(Generation generation) {
    return Optional.ofNullable(heard.get(generation.number())).map(Heard::drain);
  }
}
