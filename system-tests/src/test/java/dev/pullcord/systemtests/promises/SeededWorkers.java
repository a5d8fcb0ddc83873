package dev.pullcord.systemtests.promises;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.StartResult;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.systemtests.promises.disk.Killed;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The processes of one host. They outlive agents, have tasks that take their time, end after one
 * SIGTERM when these are done, and die by chance. Starts are claimed, as shims claim them.
 */
final class SeededWorkers {
  private static final long NO_SUCH_PID = 10_000_000;
  private static final Duration HEALTH = Duration.ofSeconds(2);

  private final SeededNode node;
  private final SeededWorld world;
  private final SeededCommits commits;
  private final Map<Long, Worker> living = new TreeMap<>();
  private final Map<Long, Long> ends = new TreeMap<>();
  private final Set<Long> refused = new HashSet<>();
  private final Set<Long> died = new HashSet<>();
  private long takenOverBy;

  /** A process. */
  static final class Worker {
    final long number;
    final CommitId commit;
    final String release;
    boolean told;
    boolean proven;
    long busyUntil;

    Worker(long number, CommitId commit, String release) {
      this.number = number;
      this.commit = commit;
      this.release = release;
    }
  }

  SeededWorkers(SeededNode node, SeededWorld world, SeededCommits commits) {
    this.node = node;
    this.world = world;
    this.commits = commits;
  }

  Map<Long, Worker> living() {
    return living;
  }

  /** When one ended last. */
  long lastEnd() {
    return ends.values().stream().mapToLong(Long::longValue).max().orElse(-1);
  }

  /** Who has the work: the one that took it over, or the only one where nobody has to. */
  Optional<Worker> consuming(boolean overlap) {
    return living.values().stream()
        .filter(w -> overlap ? w.number == takenOverBy : !w.told)
        .findFirst();
  }

  /** One of them dies, or all do with the power. */
  void die(boolean all) {
    for (Worker worker : List.copyOf(living.values())) {
      if (all || world.chance(living.size())) {
        died.add(worker.number);
        gone(worker, "dies");
        if (!all) {
          return;
        }
      }
    }
  }

  private void gone(Worker worker, String how) {
    if (living.remove(worker.number) != null) {
      ends.put(worker.number, world.now());
      node.note("generation " + worker.number + " " + how);
      node.workerEnded();
    }
  }

  private void begin(Generation generation) {
    Worker worker = new Worker(generation.number(), generation.commit(), generation.release());
    living.put(worker.number, worker);
    node.note("generation " + worker.number + " runs " + worker.commit.abbreviated());
    if (!node.overlaps() && living.size() > 1) {
      world.wrong("R2 one worker", node.name() + " has two workers of stop-start at once");
    }
    node.run().promises().starts(node, worker.commit);
    tasks(worker);
    if (commits.content(worker.commit).quality() == SeededCommits.Quality.DIES) {
      world.in(1, () -> gone(worker, "ends by itself"));
    }
  }

  /** Now and then a task that takes long. */
  private void tasks(Worker worker) {
    if (world.chance(3)) {
      worker.busyUntil = world.now() + Duration.ofMillis(world.between(100, 40_000)).toNanos();
    }
  }

  private static ProcessId process(long number) {
    return new ProcessId(NO_SUCH_PID + number, 1);
  }

  /** As the agent starts and ends them. */
  Runner runner() {
    return new Processes();
  }

  /** As the agent looks after them. */
  WorkerKind kind() {
    return new Kind();
  }

  private final class Processes implements Runner {
    @Override
    public Optional<String> problem(String worker) {
      return Optional.empty();
    }

    @Override
    public Optional<Found> start(Generation generation, WorkerKind.Launch.Of launch)
        throws IOException {
      if (world.chance(25) && node.faults()) {
        throw new IOException("Resource temporarily unavailable");
      }
      boolean killed = node.faults() && world.chance(25);
      if (killed && world.chance(2)) {
        world.in(world.between(1, 3_000), () -> late(generation));
        node.killed();
        throw new Killed("before the fork");
      }
      begin(generation);
      if (killed) {
        node.killed();
        throw new Killed("after the fork");
      }
      if (commits.content(generation.commit()).quality() == SeededCommits.Quality.DIES) {
        Worker worker = living.get(generation.number());
        if (worker != null) {
          gone(worker, "ends at once");
        }
        return Optional.empty();
      }
      return Optional.of(new Found(process(generation.number())));
    }

    /** A shim that comes to its claim only now. */
    private void late(Generation generation) {
      if (!refused.contains(generation.number()) && !ends.containsKey(generation.number())) {
        begin(generation);
      }
    }

    @Override
    public void adopt(Generation generation) {}

    @Override
    public void terminate(Generation generation) {
      Worker worker = living.get(generation.number());
      if (worker == null || worker.told) {
        return;
      }
      worker.told = true;
      node.note("generation " + worker.number + " is asked to end");
      boolean lastOne =
          node.overlaps()
              && worker.number == takenOverBy
              && node.run().promises().everConverged(node.name())
              && node.isDeploying(worker.commit);
      if (lastOne) {
        world.wrong("R4 overlap", node.name() + " ends the worker that has the work");
      }
      long rest = Math.max(0, worker.busyUntil - world.now());
      world.in(
          Duration.ofNanos(rest).plusMillis(world.between(1, 300)), () -> gone(worker, "ends"));
    }

    @Override
    public Optional<Integer> exitCode(Generation generation) {
      return living.containsKey(generation.number()) ? Optional.empty() : Optional.of(3);
    }

    @Override
    public Optional<String> neverStarted(Generation generation) {
      return Optional.empty();
    }

    @Override
    public void forgetGone() {}

    @Override
    public Optional<Found> settle(Generation intended) {
      if (bug(PlantedBug.START_NOT_SETTLED)) {
        return Optional.empty();
      }
      if (living.containsKey(intended.number())) {
        return Optional.of(new Found(process(intended.number())));
      }
      refused.add(intended.number());
      return Optional.empty();
    }

    @Override
    public Optional<Found> revive(Generation ofAnotherBoot) {
      return Optional.empty();
    }

    @Override
    public Optional<Found> find(Generation unknown) {
      return settle(unknown);
    }

    @Override
    public boolean alive(Generation generation) {
      Worker worker = living.get(generation.number());
      if (bug(PlantedBug.DEAD_WORKER_LIVES) && died.contains(generation.number())) {
        return true;
      }
      return worker != null && !(bug(PlantedBug.DRAINING_WORKER_GONE) && worker.told);
    }
  }

  private boolean bug(PlantedBug bug) {
    return node.run().bug().is(bug);
  }

  private final class Kind implements WorkerKind {
    @Override
    public StepResult preflight(WorkerSpec spec, Surroundings staged, BooleanSupplier cancelled) {
      return quality(staged.commit()) == SeededCommits.Quality.REFUSED
          ? StepResult.releaseFault("its check ended with 1", 1, "bad")
          : StepResult.ok("looked");
    }

    @Override
    public Launch launch(WorkerSpec spec, Surroundings where) {
      SeededCommits.Quality quality = quality(where.commit());
      // Not every kind is asked before anything is touched.
      return quality == SeededCommits.Quality.REFUSED
              || (quality == SeededCommits.Quality.DIES && world.chance(3))
          ? new Launch.Not(new StartResult.Unstartable("no program", 127))
          : new Launch.Of(List.of("bin/worker"), Map.of());
    }

    @Override
    public StepResult ready(Charge newcomer, BooleanSupplier cancelled) {
      if (bug(PlantedBug.NEWCOMER_NOT_PROVEN)) {
        return StepResult.ok("");
      }
      StepResult result = health(newcomer, cancelled);
      Worker worker = living.get(newcomer.generation().number());
      if (worker != null && result.succeeded()) {
        worker.proven = true;
      }
      return result;
    }

    @Override
    public @Nullable String proof(Charge ready) {
      return "by its answer";
    }

    @Override
    public StepResult takeOver(
        Charge to, List<Generation> others, Follow follow, BooleanSupplier cancelled)
        throws IOException {
      Worker worker = living.get(to.generation().number());
      if (worker == null) {
        return StepResult.releaseFault("it has ended", 3, "");
      }
      if (!worker.proven) {
        world.wrong("R4 overlap", node.name() + " gives work to a newcomer without a proof");
      }
      follow.now();
      takenOverBy = worker.number;
      node.note("generation " + worker.number + " has the work");
      return StepResult.ok("moved");
    }

    @Override
    public StepResult well(Charge consuming, BooleanSupplier cancelled) {
      return health(consuming, cancelled);
    }

    private StepResult health(Charge charge, BooleanSupplier cancelled) {
      Signal never = new Signal();
      long end = world.now() + HEALTH.toNanos();
      while (world.now() < end) {
        if (cancelled.getAsBoolean()) {
          return StepResult.abandoned("something newer was decided", "");
        }
        if (!charge.alive().getAsBoolean()) {
          return StepResult.releaseFault("it has ended", 3, "");
        }
        node.clock().await(never, never.count(), Duration.ofMillis(500));
      }
      return quality(charge.generation().commit()) == SeededCommits.Quality.UNWELL
          ? StepResult.releaseFault("it does not answer", null, "")
          : StepResult.ok("well");
    }

    private SeededCommits.Quality quality(CommitId commit) {
      return commits.content(commit).quality();
    }

    @Override
    public Optional<String> outsideCause(Generation ended) {
      return died.contains(ended.number()) ? Optional.of("killed by the host") : Optional.empty();
    }

    @Override
    public Optional<String> complaint(Charge consuming) {
      return Optional.empty();
    }

    @Override
    public Optional<Duration> looksEvery() {
      return Optional.empty();
    }
  }
}
