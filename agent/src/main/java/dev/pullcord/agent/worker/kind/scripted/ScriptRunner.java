package dev.pullcord.agent.worker.kind.scripted;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.Programs;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.protocol.manifest.CommandSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The runner of kind {@code command}. Each command claims a file before it begins and leaves its
 * pid there, so that an agent that was killed meanwhile waits for it in place of running it beside
 * itself; after that only {@code status} is believed. Both commands write to the generation's log,
 * which a daemon that keeps its output open goes on writing to.
 */
public final class ScriptRunner implements Runner {
  /** Generations have no process that the agent knows of. */
  public static final RunnerName NAME = new RunnerName("COMMAND");

  private final StateDirectory directory;
  private final Scripts scripts;
  private final Rights rights;
  private final HostClock clock;
  private final String boot = Processes.bootId();
  private final Map<Long, Integer> exits = new HashMap<>();

  /** Of an agent. */
  public ScriptRunner(StateDirectory directory, Scripts scripts, HostClock clock, Rights rights) {
    this.rights = rights;
    this.directory = directory;
    this.scripts = scripts;
    this.clock = clock;
  }

  @Override
  public boolean knowsTheProcess() {
    return false;
  }

  @Override
  public Optional<String> problem(String worker) {
    return Optional.empty();
  }

  @Override
  public Optional<Found> start(Generation generation, WorkerKind.Launch.Of launch)
      throws IOException {
    Scripts.Script script = known(generation);
    if (scripts.look(generation) instanceof ScriptStatus.Runs runs) {
      if (runs.is(generation.number())) {
        return Optional.of(new Found(null));
      }
      // Its start would find it running and leave it as it is, with the code that it has.
      stopOther(generation, script);
    }
    CommandSpec start = script.commands().start();
    GenerationFiles files = files(generation);
    CommandResult result =
        scripts.run(
            start,
            claimed(generation.worker(), files.claim(), files.log(), launch.run()),
            script.where(),
            launch.environment());
    scripts.forget();
    if (result.succeeded()) {
      return Optional.of(new Found(null));
    }
    if (result.end() == CommandResult.End.NOT_STARTED || files.startedAs().isEmpty()) {
      throw new IOException(
          ScriptStatus.text(start, result) + (result.mayHaveRun() ? "" : " (is the disk full?)"));
    }
    if (result.exitCode() == null) {
      AtomicFiles.append(files.log(), ScriptStatus.text(start, result) + "\n");
    } else {
      exits.put(generation.number(), result.exitCode());
    }
    return Optional.empty();
  }

  /**
   * Another user cannot claim: the agent does, with its own process. When it is killed, its command
   * is, too, so that whoever waits for either finds it gone.
   */
  private List<String> claimed(String worker, Path claim, Path log, List<String> run)
      throws IOException {
    if (!rights.separate()) {
      return Detached.claimed(claim, log, run);
    }
    rights.share(log, worker);
    ProcessId self = Processes.find(Processes.self()).orElseThrow();
    AtomicFiles.createNew(claim, self.pid() + " " + self.start() + "\n");
    return Detached.logged(log, run);
  }

  private void stopOther(Generation generation, Scripts.Script script) throws IOException {
    CommandSpec stop = script.commands().stop();
    rights.share(files(generation).log(), generation.worker());
    CommandResult result =
        scripts.run(
            stop,
            Detached.logged(files(generation).log(), resolved(stop, script)),
            script.where(),
            environment(script));
    if (!scripts.await(
        () -> !(scripts.look(generation) instanceof ScriptStatus.Runs), stop.timeout())) {
      throw new IOException(
          "what runs was not started by this agent, and still runs after "
              + ScriptStatus.text(stop, result));
    }
  }

  @Override
  public Optional<Found> settle(Generation intended) throws IOException {
    Optional<ProcessId> begun = files(intended).settle(clock);
    Optional<Scripts.Script> script = scripts.of(intended);
    if (begun.isEmpty() || script.isEmpty()) {
      return Optional.empty();
    }
    scripts.await(() -> !Processes.alive(begun.get()), script.get().commands().start().timeout());
    return lives(intended, scripts.look(intended))
        ? Optional.of(new Found(null))
        : Optional.empty();
  }

  /** What runs after a boot was started by something else, whatever its files still say. */
  @Override
  public Optional<Found> revive(Generation ofAnotherBoot) {
    return Optional.empty();
  }

  @Override
  public Optional<Found> find(Generation unknown) {
    return unknown.boot().equals(boot)
            && scripts.of(unknown).isPresent()
            && scripts.look(unknown) instanceof ScriptStatus.Runs runs
            && runs.is(unknown.number())
        ? Optional.of(new Found(null))
        : Optional.empty();
  }

  /** What cannot be told counts as alive: nothing is started beside it. */
  @Override
  public boolean alive(Generation generation) {
    return lives(generation, scripts.lately(generation));
  }

  private static boolean lives(Generation generation, ScriptStatus said) {
    return switch (said) {
      case ScriptStatus.Runs runs -> !runs.isAnotherThan(generation.number());
      case ScriptStatus.Gone gone -> false;
      case ScriptStatus.Unknown unknown -> true;
    };
  }

  @Override
  public void adopt(Generation generation) {}

  @Override
  public void terminate(Generation generation) throws IOException {
    Scripts.Script script = known(generation);
    CommandSpec stop = script.commands().stop();
    GenerationFiles files = files(generation);
    Path claim = files.termClaim();
    Optional<ProcessId> before = GenerationFiles.claimedBy(claim);
    if (before.isPresent()) {
      scripts.await(() -> !Processes.alive(before.get()), stop.timeout());
    }
    if (!lives(generation, scripts.look(generation))) {
      return;
    }
    // Of one before it is known that it has ended, and that it was to no avail.
    Files.deleteIfExists(claim);
    CommandResult result =
        scripts.run(
            stop,
            claimed(generation.worker(), claim, files.log(), resolved(stop, script)),
            script.where(),
            environment(script));
    if (!result.succeeded() && lives(generation, scripts.look(generation))) {
      throw new IOException(
          "worker " + generation.worker() + " still runs: " + ScriptStatus.text(stop, result));
    }
    scripts.forget();
  }

  private static List<String> resolved(CommandSpec command, Scripts.Script script)
      throws IOException {
    return Programs.resolve(command.run(), script.where().release(), environment(script))
        .orElseThrow(() ->
            new IOException(
                "no program \"" + command.run().getFirst() + "\" in the release or on PATH"));
  }

  private static Map<String, String> environment(Scripts.Script script) {
    return script.where().environment(script.spec().env());
  }

  private Scripts.Script known(Generation generation) throws IOException {
    return scripts
        .of(generation)
        .orElseThrow(() ->
            new IOException(
                "generation "
                    + generation.number()
                    + ": its release "
                    + generation.release()
                    + " is not known any more; end it by hand"));
  }

  @Override
  public Optional<Integer> exitCode(Generation generation) {
    return Optional.ofNullable(exits.get(generation.number()));
  }

  @Override
  public Optional<String> neverStarted(Generation generation) {
    return Optional.empty();
  }

  @Override
  public String ended() {
    return "does not run, says its status";
  }

  @Override
  public void forgetGone() {
    exits.clear();
  }

  private GenerationFiles files(Generation generation) {
    return new GenerationFiles(directory, generation.number());
  }
}
