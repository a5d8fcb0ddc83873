package dev.pullcord.agent.worker.kind.celery;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.history.TaskTimes;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.command.CommandRunner;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.systemd.Predecessors;
import dev.pullcord.protocol.manifest.CelerySpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.report.Tasks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
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

  private final CeleryFiles files;
  private final Busy busy;
  private final CeleryLaunch launches;
  private final DrainWatch watch;
  private final HostClock clock;
  private final Predecessors predecessors;
  private final BooleanSupplier ending;

  /**
   * Of an agent with that directory.
   *
   * @param ending whether the agent ends
   */
  public CeleryKind(
      StateDirectory directory,
      CommandRunner runner,
      HostClock clock,
      Masks masks,
      Predecessors predecessors,
      BooleanSupplier ending) {
    this.predecessors = predecessors;
    this.ending = ending;
    this.files = new CeleryFiles(directory, masks);
    this.launches = new CeleryLaunch(directory, files, runner);
    this.watch = new DrainWatch(files, clock);
    this.busy = new Busy(files, clock);
    this.clock = clock;
  }

  @Override
  public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
    return launches.preflight(spec, staged, cancelled);
  }

  @Override
  public Launch launch(WorkerSpec spec, Surroundings where) {
    return launches.worker(spec, where);
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
    StepResult moved = new QueueHandover(files, clock, cancelled, ending).over(to, others, follow);
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
          .filter(told -> told.problems().brokerFault())
          .map(told -> "broker: " + told.problems().error());
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
