package dev.pullcord.agent.worker.kind.scripted;

import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.worker.Places;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.CommandsSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The commands of the workers of kind {@code command} on this node. What {@code status} said is
 * remembered for a second, since whether a generation lives is asked far more often.
 */
public final class Scripts {
  private static final Duration REMEMBERED = Duration.ofSeconds(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final Places places;
  private final Journal journal;
  private final CommandRunner runner;
  private final HostClock clock;
  private final Map<Long, Seen> seen = new HashMap<>();
  private final Signal never = new Signal();

  private record Seen(ScriptStatus said, long atNanos) {}

  /** Of an agent. */
  public Scripts(Places places, Journal journal, CommandRunner runner, HostClock clock) {
    this.places = places;
    this.journal = journal;
    this.runner = runner;
    this.clock = clock;
  }

  /** A generation with its own release's commands. */
  record Script(CommandsSpec commands, WorkerSpec spec, Surroundings where) {}

  /** Empty where the release is not known any more. */
  Optional<Script> of(Generation generation) {
    Applied applied = journal.history().applied();
    String ref = applied == null ? "" : applied.ref();
    return journal
        .history()
        .startedAs(generation)
        .flatMap(spec ->
            spec.work() instanceof Work.Scripted(CommandsSpec commands)
                ? Optional.of(new Script(commands, spec, places.of(generation, spec, ref)))
                : Optional.empty());
  }

  /** Asks now. */
  ScriptStatus look(Generation generation) {
    ScriptStatus said = ask(generation);
    seen.put(generation.number(), new Seen(said, clock.nanos()));
    return said;
  }

  /** As it was within the last second, or now. */
  ScriptStatus lately(Generation generation) {
    Seen before = seen.get(generation.number());
    return before != null && clock.nanos() - before.atNanos < REMEMBERED.toNanos()
        ? before.said
        : look(generation);
  }

  void forget() {
    seen.clear();
  }

  private ScriptStatus ask(Generation generation) {
    Optional<Script> script = of(generation);
    if (script.isEmpty()) {
      return new ScriptStatus.Unknown("its release is not known any more");
    }
    Optional<String> blind = places.envFiles().problem(script.get().spec());
    if (blind.isPresent()) {
      return new ScriptStatus.Unknown(blind.get());
    }
    Surroundings where = script.get().where();
    Map<String, String> environment = where.environment(script.get().spec().env());
    // What it names is to be what start has left behind, not what it is being asked about.
    environment.remove("PULLCORD_GENERATION");
    CommandSpec status = script.get().commands().status();
    Optional<List<String>> run = Programs.resolve(status.run(), where.release(), environment);
    return run.isEmpty()
        ? new ScriptStatus.Unknown("no program \"" + status.run().getFirst() + "\" in the release")
        : ScriptStatus.of(status, run(status, run.get(), where, environment, false));
  }

  /** Runs {@code start} or {@code stop} to its end or its time limit; a daemon may live on. */
  CommandResult run(
      CommandSpec command, List<String> argv, Surroundings where, Map<String, String> environment) {
    return run(command, argv, where, environment, true);
  }

  private CommandResult run(
      CommandSpec command,
      List<String> argv,
      Surroundings where,
      Map<String, String> environment,
      boolean mayLeave) {
    return runner.run(
        new Command(
            argv, where.release(), environment, command.timeout(), mayLeave, where.owner().user()),
        () -> false);
  }

  /** Waits; whether it came to be so within that time. */
  boolean await(BooleanSupplier condition, Duration within) {
    long end = clock.nanos() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (clock.nanos() - end >= 0) {
        return false;
      }
      clock.await(never, never.count(), LOOK_EVERY);
    }
    return true;
  }
}
