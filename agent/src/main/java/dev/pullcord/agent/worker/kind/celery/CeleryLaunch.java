package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.Command;
import dev.pullcord.agent.host.command.CommandResult;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.agent.worker.WorkerKind.Launch;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Makes the command lines of Celery: that of a worker, and that of the preflight, which imports the
 * application of a staged release and is run here. Both need a Python that can import celery, and
 * get the helper on their PYTHONPATH.
 */
final class CeleryLaunch {
  private static final Duration PREFLIGHT_TIMEOUT = Duration.ofMinutes(2);
  private static final int COMMIT_DIGITS = 7;

  private final CeleryFiles files;
  private final Helper helper;
  private final CommandRunner runner;
  private final Pythons pythons;

  CeleryLaunch(StateDirectory directory, CeleryFiles files, CommandRunner runner) {
    this.files = files;
    this.helper = new Helper(directory);
    this.runner = runner;
    this.pythons = new Pythons(runner);
  }

  /**
   * Imports the application of a staged release, and looks whether it has what its worker names.
   */
  StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    return switch (launch(spec, staged, List.of())) {
      case Launch.Not(StartResult why) -> fault(why);
      case Launch.Of(List<String> python, Map<String, String> environment) -> {
        CelerySpec celery = CeleryKind.celery(spec);
        List<String> run = new ArrayList<>(python);
        run.addAll(List.of("-m", Helper.MODULE, "check", celery.app()));
        if (celery.canary() != null) {
          run.addAll(List.of("--canary", celery.canary().task()));
        }
        if (!celery.queues().isEmpty()) {
          run.addAll(List.of("--queues", String.join(",", celery.queues())));
        }
        CommandResult result =
            runner.run(Command.in(staged, run, environment, PREFLIGHT_TIMEOUT), cancelled);
        yield judged(spec, result);
      }
    };
  }

  private static StepResult judged(WorkerSpec spec, CommandResult result) {
    String output = result.output();
    String what = "worker " + spec.name() + ": import of " + CeleryKind.celery(spec).app();
    String last = StepResult.lastLine(output);
    if (result.killed()) {
      return StepResult.environmentFault(
          what + " was killed: exit code " + result.exitCode(), output);
    }
    return switch (result.end()) {
      case EXITED ->
          result.succeeded()
              ? new StepResult(StepRecord.Outcome.OK, "", 0, output)
              : StepResult.releaseFault(what + " failed: " + last, result.exitCode(), output);
      // It may be the release's: it is tried again, and nothing is refused for a busy host.
      case TIMED_OUT ->
          StepResult.environmentFault(
              what + " took longer than 2m; is the host busy, or does the import wait?", output);
      case TOO_MUCH_OUTPUT -> StepResult.releaseFault(what + " wrote over 64 MiB", null, output);
      case CANCELLED -> StepResult.abandoned(what + " abandoned", output);
      case NOT_STARTED ->
          StepResult.environmentFault(
              what + (result.mayHaveRun() ? ": " : " not started: ") + output, output);
    };
  }

  private static StepResult fault(StartResult why) {
    return switch (why) {
      case StartResult.Running running -> throw new IllegalStateException("nothing was started");
      case StartResult.Unstartable(String reason, Integer exit) ->
          StepResult.releaseFault(reason, exit, reason);
      case StartResult.HostFault(String reason) -> StepResult.environmentFault(reason, reason);
    };
  }

  /** How a generation of a worker is started. */
  Launch worker(WorkerSpec spec, Surroundings where) {
    CelerySpec celery = CeleryKind.celery(spec);
    long number = number(where);
    List<String> arguments =
        new ArrayList<>(List.of("-m", Helper.MODULE, "-A", celery.app(), "worker", "-n"));
    arguments.add(
        "%s-g%d-%s@%%h"
            .formatted(
                where.node().value(), number, where.commit().value().substring(0, COMMIT_DIGITS)));
    arguments.addAll(List.of("-Q", "pullcord.%s.g%d".formatted(where.node().value(), number)));
    arguments.addAll(celery.args());
    return launch(spec, where, arguments);
  }

  private Launch launch(WorkerSpec spec, Surroundings where, List<String> arguments) {
    Map<String, String> environment = new LinkedHashMap<>(where.environment(spec.env()));
    return switch (pythons.find(where, environment)) {
      case Pythons.Choice.Found(Path python) -> launch(python, where, environment, arguments);
      case Pythons.Choice.None _ -> new Launch.Not(none(spec, where, environment));
      case Pythons.Choice.Untold(String why) ->
          new Launch.Not(new StartResult.HostFault("worker " + spec.name() + ": " + why));
    };
  }

  private static StartResult none(
      WorkerSpec spec, Surroundings where, Map<String, String> environment) {
    if (where.venv() != null) {
      return new StartResult.Unstartable(
          "worker %s: celery cannot be imported in the venv; name it in the requirements file"
              .formatted(spec.name()),
          null);
    }
    String path = environment.getOrDefault("PATH", "");
    return new StartResult.HostFault(
        "worker %s: no python3 that can import celery on the PATH %s (tried: %s); install it"
                .formatted(spec.name(), path, Pythons.candidates(where, path))
            + " there, or set env: {PATH: …}");
  }

  private Launch launch(
      Path python, Surroundings where, Map<String, String> environment, List<String> arguments) {
    Path modules;
    try {
      modules = helper.directory();
    } catch (IOException e) {
      return new Launch.Not(new StartResult.HostFault("the Celery helper: " + FileFault.of(e)));
    }
    String before = environment.get("PYTHONPATH");
    environment.put("PYTHONPATH", modules + (before == null ? "" : ":" + before));
    if (where.generation() != null) {
      environment.put("PULLCORD_CELERY", files.home(where.generation()).toString());
    }
    List<String> run = new ArrayList<>(List.of(python.toString()));
    run.addAll(arguments);
    return new Launch.Of(run, environment);
  }

  private static long number(Surroundings where) {
    if (where.generation() == null) {
      throw new IllegalStateException("only a generation is launched");
    }
    return where.generation();
  }
}
