package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.history.TaskTimes;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.Command;
import dev.pullcord.agent.host.process.CommandResult;
import dev.pullcord.agent.host.process.CommandRunner;
import dev.pullcord.agent.host.process.Surroundings;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.systemd.Predecessors;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.report.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Workers of kind {@code celery}. It owns the handover that loses no task: a newcomer consumes a
 * queue that is its own, answers a ping and does a canary task there; then the old one stops
 * consuming, then the newcomer begins; and the old one is not asked to end before what it may have
 * popped at the very end has been seen by it.
 *
 * <p>Broker faults are the environment's: they are waited out and never quarantine a release.
 */
public final class CeleryKind implements WorkerKind {
  /**
   * A worker that gets SIGTERM loses what it popped within about a second before (celery 7950): its
   * BRPOP is out for one second after the queues were cancelled.
   */
  private static final Duration QUIET = Duration.ofMillis(1500);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final Duration LOOKS_EVERY = Duration.ofSeconds(15);
  private static final Duration PREFLIGHT_TIMEOUT = Duration.ofMinutes(2);
  private static final int COMMIT_DIGITS = 7;

  private final CeleryFiles files;
  private final Busy busy;
  private final Helper helper;
  private final CommandRunner runner;
  private final Pythons pythons;
  private final DrainWatch watch;
  private final HostClock clock;
  private final Predecessors predecessors;

  /** Of an agent with that directory. */
  public CeleryKind(
      StateDirectory directory,
      CommandRunner runner,
      HostClock clock,
      Masks masks,
      Predecessors predecessors) {
    this.predecessors = predecessors;
    this.files = new CeleryFiles(directory, masks);
    this.helper = new Helper(directory);
    this.runner = runner;
    this.pythons = new Pythons(runner);
    this.watch = new DrainWatch(files, clock);
    this.busy = new Busy(files, clock);
    this.clock = clock;
  }

  @Override
  public boolean looksBefore(WorkerSpec spec) {
    return true;
  }

  @Override
  public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    return switch (launch(spec, staged, List.of())) {
      case Launch.Not(StartResult why) -> fault(why);
      case Launch.Of(List<String> python, Map<String, String> environment) -> {
        CelerySpec celery = celery(spec);
        List<String> run = new ArrayList<>(python);
        run.addAll(List.of("-m", Helper.MODULE, "check", celery.app()));
        if (celery.canary() != null) {
          run.addAll(List.of("--canary", celery.canary().task()));
        }
        if (!celery.queues().isEmpty()) {
          run.addAll(List.of("--queues", String.join(",", celery.queues())));
        }
        CommandResult result =
            runner.run(
                new Command(run, staged.release(), environment, PREFLIGHT_TIMEOUT), cancelled);
        yield preflight(spec, result);
      }
    };
  }

  private static StepResult preflight(WorkerSpec spec, CommandResult result) {
    String output = result.output();
    String what = "worker " + spec.name() + ": import of " + celery(spec).app();
    String last = StepResult.lastLine(output);
    return switch (result.end()) {
      case EXITED ->
          result.succeeded()
              ? new StepResult(StepRecord.Outcome.OK, "", 0, output)
              : StepResult.releaseFault(what + " failed: " + last, result.exitCode(), output);
      case TIMED_OUT -> StepResult.releaseFault(what + " took longer than 2m", null, output);
      case TOO_MUCH_OUTPUT -> StepResult.releaseFault(what + " wrote over 64 MiB", null, output);
      case CANCELLED -> StepResult.abandoned(what + " abandoned", output);
      case NOT_STARTED -> StepResult.environmentFault(what + " not started: " + output, output);
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

  @Override
  public Launch launch(WorkerSpec spec, Surroundings where) {
    CelerySpec celery = celery(spec);
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
    Optional<Path> python = pythons.find(where, environment);
    if (python.isEmpty() && where.venv() != null) {
      return new Launch.Not(
          new StartResult.Unstartable(
              "worker %s: celery cannot be imported in the venv; name it in the requirements file"
                  .formatted(spec.name()),
              null));
    }
    if (python.isEmpty()) {
      String path = environment.getOrDefault("PATH", "");
      return new Launch.Not(
          new StartResult.HostFault(
              "worker %s: no python3 that can import celery on the PATH %s (tried: %s); install it"
                      .formatted(spec.name(), path, Pythons.candidates(where, path))
                  + " there, or set env: {PATH: …}"));
    }
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
    List<String> run = new ArrayList<>(List.of(python.get().toString()));
    run.addAll(arguments);
    return new Launch.Of(run, environment);
  }

  private static long number(Surroundings where) {
    if (where.generation() == null) {
      throw new IllegalStateException("only a generation is launched");
    }
    return where.generation();
  }

  @Override
  public void begin(Charge newcomer) throws IOException {
    CelerySpec celery = celery(newcomer.spec());
    long number = newcomer.generation().number();
    HelperOrder.Canary canary =
        celery.canary() == null
            ? null
            : new HelperOrder.Canary(
                celery.canary().task(),
                "pullcord.g%d.%s".formatted(number, newcomer.generation().commit().value()));
    files.create(
        number,
        new HelperOrder(
            1,
            false,
            celery.queues().isEmpty() ? null : celery.queues(),
            "ready-" + number,
            canary,
            false));
  }

  @Override
  public StepResult ready(Charge newcomer, BooleanSupplier cancelled) {
    return new Proving(files, clock, newcomer, cancelled).ready();
  }

  @Override
  public String proof(Charge ready) {
    CelerySpec.Canary canary = celery(ready.spec()).canary();
    try {
      Optional<HelperStatus> told = files.told(ready.generation());
      String node = told.map(HelperStatus::node).orElse("nobody");
      if (canary != null) {
        return "canary " + canary.task() + " answered by " + node;
      }
      return told.filter(HelperStatus::unreachable).isPresent()
          ? "no remote control; a message on its private queue came back to " + node
          : "ping only, answered by " + node;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public StepResult takeOver(
      Charge to, List<Generation> others, Follow follow, BooleanSupplier cancelled)
      throws IOException {
    StepResult ended = predecessors.end(to.spec());
    if (!ended.succeeded()) {
      return ended;
    }
    StepResult moved = new QueueHandover(files, clock, cancelled).over(to, others, follow);
    return moved.after(ended);
  }

  @Override
  public Duration letGo(Charge charge, BooleanSupplier cancelled) throws IOException {
    Generation generation = charge.generation();
    if (generation.newcomer() || generation.askedToEnd() || !charge.alive().getAsBoolean()) {
      return Duration.ZERO;
    }
    Optional<HelperOrder> wanted = files.wanted(generation.number());
    if (wanted.isEmpty()) {
      return Duration.ZERO;
    }
    if (wanted.get().consume()) {
      boolean others = charge.spec().restart() != WorkerSpec.Restart.STOP_START;
      files.want(generation.number(), wanted.get().givingUp(others));
      return LOOK_AGAIN;
    }
    return watch.holdsFor(generation, wanted.get(), QUIET);
  }

  @Override
  public Optional<String> outsideCause(Generation ended) {
    try {
      return files
          .told(ended)
          .filter(HelperStatus::brokerFault)
          .map(told -> "broker: " + told.error());
    } catch (IOException e) {
      return Optional.empty(); // then its release is believed to be at fault, as without files
    }
  }

  @Override
  public StepResult well(Charge consuming, BooleanSupplier cancelled) throws IOException {
    return new Proving(files, clock, consuming, cancelled).well();
  }

  @Override
  public Optional<String> complaint(Charge consuming) throws IOException {
    return watch.complaint(consuming.generation(), celery(consuming.spec()));
  }

  @Override
  public Optional<TaskTimes> taskTimes(Generation generation) {
    return Optional.of(busy.times(generation));
  }

  @Override
  public Optional<Tasks> tasks(Generation generation) {
    return busy.tasks(generation);
  }

  @Override
  public Optional<Duration> looksEvery() {
    return Optional.of(LOOKS_EVERY);
  }

  static CelerySpec celery(WorkerSpec spec) {
    if (!(spec.work() instanceof Work.Celery(CelerySpec settings, List<String> _))) {
      throw new IllegalStateException("worker " + spec.name() + " is not of kind celery");
    }
    return settings;
  }
}
