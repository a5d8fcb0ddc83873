package dev.pullcord.systemtests.promises;

import dev.pullcord.agent.channel.DesiredStateCache;
import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.loop.ConvergingAgent;
import dev.pullcord.agent.loop.PassSetup;
import dev.pullcord.agent.loop.Trigger;
import dev.pullcord.agent.loop.WorkerWorld;
import dev.pullcord.agent.report.ReportQueue;
import dev.pullcord.agent.report.Reports;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.agent.source.Source;
import dev.pullcord.agent.source.SourceResult;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.systemd.ServiceManager;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.systemtests.promises.disk.Killed;
import dev.pullcord.systemtests.promises.disk.MemoryDisk;
import dev.pullcord.systemtests.promises.disk.MemoryFiles;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One host: its disk, processes and clocks, and an agent that is started, killed and started again.
 * The agent's core is the real one; what is here is its loop without the thread.
 */
final class SeededNode {
  private static final String STATE = "/state";

  private final String name;
  private final SeededWorld world;
  private final SeededRun run;
  private final SeededCommits commits;
  private final SeededClock clock;
  private final SeededWorkers workers;
  private final MemoryDisk disk;
  private @Nullable Agent agent;
  private int starts;
  long revision;

  SeededNode(String name, SeededWorld world, SeededRun run, SeededCommits commits) {
    this.name = name;
    this.world = world;
    this.run = run;
    this.commits = commits;
    this.disk = new MemoryDisk(!run.bug().is(PlantedBug.DISK_NOT_FORCED));
    this.clock = new SeededClock(world);
    this.workers = new SeededWorkers(this, world, commits);
    disk.directory(STATE.substring(1));
    clock.deadWhen(() -> {
      Agent now = agent;
      return now == null || now.files.isDead();
    });
  }

  /** One start of the agent. */
  final class Agent {
    final MemoryFiles files = new MemoryFiles(disk, () -> clock.now().toEpochMilli());
    final int start = ++starts;
    DesiredStateCache cache;
    final ReportQueue queue;
    final SeededWire wire;
    private final StateDirectory directory;
    private final ConvergingAgent core;
    private boolean inPass;
    private boolean due;
    private long timer;
    private long passBegan;
    long revision;

    Agent() {
      if (run.faulty() && world.chance(3)) {
        files.dieAt(world.between(1, 250), (int) world.between(-1, 60));
      }
      Path root = files.path(STATE);
      directory = StateDirectory.open(root);
      cache =
          new DesiredStateCache(
              root.resolve("desired.json"), new NodeName(name), clock, this::wake);
      queue = new ReportQueue(directory.spool());
      wire = new SeededWire(SeededNode.this, this, world, run.network());
      DecisionSource decisions =
          new DecisionSource() {
            @Override
            public Optional<Decision> current() {
              return cache.current();
            }

            @Override
            public NodeStatus.@Nullable ServerContact contact() {
              return null;
            }
          };
      core =
          ConvergingAgent.open(
              new PassSetup(
                  directory,
                  new NodeName(name),
                  new PassSetup.Upstream(decisions, new Mirror(), new Told(this)),
                  new PassSetup.Policy(
                      Duration.ofSeconds(30),
                      new EnvFilePolicy(List.of()),
                      true,
                      false,
                      AllowedWork.ALL,
                      WorkerUsers.NONE),
                  new Masks(),
                  run.bug().probe(JournalProbe.UNHEARD),
                  ServiceManager.NONE,
                  clock),
              world());
    }

    private WorkerWorld world() {
      Map<RunnerName, Runner> runners =
          Map.of(RunnerName.PROCESS, workers.runner(), RunnerName.SYSTEMD, workers.runner());
      return new WorkerWorld(
          Detached::start,
          Map.of(Work.Process.class, workers.kind(), Work.Celery.class, workers.kind()),
          runners);
    }

    boolean isNow() {
      return agent == this && !files.isDead();
    }

    /** Takes what the server has decided, as the channel does. */
    void accept(DesiredState desired) {
      DesiredState came = desired;
      if (run.bug().is(PlantedBug.OWN_CLOCK)) {
        came = came.as(came.revision(), came.incarnation(), clock.now());
      }
      if (run.bug().is(PlantedBug.OLD_DECISION_WINS) && came.revision() < cache.revision()) {
        cache =
            new DesiredStateCache(
                files.path(STATE).resolve("tmp/old"), new NodeName(name), clock, this::wake);
      }
      cache.accept(came);
    }

    void serverSays(Instant time) {
      cache.serverSays(run.bug().is(PlantedBug.OWN_CLOCK) ? clock.now() : time);
    }

    void wake() {
      core.raise(Trigger.WOKEN);
      passSoon(Duration.ofMillis(1));
    }

    private void passSoon(Duration in) {
      due = true;
      long mine = ++timer;
      world.in(
          in,
          () -> {
            if (mine == timer && isNow() && !inPass) {
              pass();
            }
          });
    }

    private void pass() {
      inPass = true;
      due = false;
      passBegan = world.now();
      survive(core::onePass);
      inPass = false;
      if (isNow()) {
        passSoon(due ? Duration.ofMillis(1) : core.idle().plusMillis(1));
      }
    }

    /** Every second or so: a pin that ends, a freeze that is over. */
    private void tick() {
      if (isNow()) {
        survive(cache::tick);
        world.in(Duration.ofSeconds(1), this::tick);
      }
    }

    private void begin() {
      core.raise(Trigger.STARTUP);
      passSoon(Duration.ofMillis(1));
      tick();
      wire.begin();
    }
  }

  /** Does what an agent does; it may die of it. */
  void survive(Runnable what) {
    try {
      what.run();
    } catch (Killed e) {
      Agent dead = agent;
      if (dead != null && !world.isOver()) {
        killed();
        down(String.valueOf(e.getMessage()));
      }
    }
  }

  private void down(String where) {
    if (agent != null) {
      note("agent killed " + where);
      agent = null;
      world.in(world.between(100, 8_000), this::start);
    }
  }

  void start() {
    if (agent != null || world.isOver()) {
      return;
    }
    note("agent starts");
    try {
      Agent made = new Agent();
      agent = made;
      made.begin();
    } catch (Killed e) {
      note("agent killed at its start " + e.getMessage());
      world.in(world.between(100, 8_000), this::start);
    } catch (RuntimeException e) {
      if (!disk.isFull()) {
        world.wrong("R10 starts again", name + ": " + e);
        return;
      }
      note("agent cannot start: " + e.getMessage());
      world.in(world.between(1_000, 5_000), this::start);
    }
  }

  /** kill -9 of the agent: now, or at one of its next changes on the disk. */
  void kill() {
    Agent now = agent;
    if (now == null) {
      return;
    }
    if (world.chance(3)) {
      now.files.die();
      if (!now.inPass) {
        down("at rest");
      }
    } else {
      now.files.dieAt(world.between(1, 60), (int) world.between(-1, 60));
    }
  }

  /** Marks it dead in the midst of what it does. */
  void killed() {
    Agent now = agent;
    if (now != null) {
      now.files.die();
    }
  }

  void losePower() {
    note("power lost");
    Agent now = agent;
    workers.die(true);
    if (now != null) {
      now.files.die();
      agent = null;
      world.in(world.between(5_000, 20_000), this::start);
    }
    disk.losePower(world.random);
  }

  void diskFull(boolean full) {
    note(full ? "disk full" : "disk has room");
    disk.full(full);
  }

  // For the others.

  String name() {
    return name;
  }

  @Nullable Agent agent() {
    return agent;
  }

  MemoryDisk disk() {
    return disk;
  }

  SeededClock clock() {
    return clock;
  }

  SeededWorkers workers() {
    return workers;
  }

  SeededRun run() {
    return run;
  }

  boolean overlaps() {
    return run.overlaps();
  }

  boolean faults() {
    return run.faulty();
  }

  /** Whether the agent is on its way to another code than that commit's. */
  boolean isDeploying(CommitId of) {
    Agent now = agent;
    CommitId target = now == null ? null : now.cache.current().map(Decision::commit).orElse(null);
    return target != null && commits.content(target).tasks() != commits.content(of).tasks();
  }

  void note(String what) {
    world.note(name, what);
  }

  void workerEnded() {
    Agent now = agent;
    if (now != null && now.isNow()) {
      now.core.raise(Trigger.WORKER);
      now.passSoon(Duration.ofMillis(1));
    }
  }

  /** Commits come over the same network, and stay. */
  private final class Mirror implements Source {
    @Override
    public SourceResult obtain(CommitId commit) {
      Signal never = new Signal();
      clock.await(never, never.count(), Duration.ofMillis(world.between(5, 80)));
      if (run.network().isCut(name) || (run.faulty() && world.chance(15))) {
        return new SourceResult.Unavailable("the server is away", "");
      }
      return look(commit.value());
    }

    @Override
    public SourceResult look(String digits) {
      return new SourceResult.Obtained(commits.content(new CommitId(digits)).snapshot(), "got");
    }

    @Override
    public InputStream open(String objectId) {
      return new ByteArrayInputStream(SeededCommits.blob(objectId));
    }
  }

  /** What the pass reports; each is looked at when it is made. */
  private final class Told implements Reports {
    private final Agent of;

    Told(Agent of) {
      this.of = of;
    }

    @Override
    public void record(
        long revision, @Nullable Long deployment, NodeStatus status, List<StepRecord> steps) {
      note(status.state() + " " + status.reason());
      run.promises().says(SeededNode.this, status);
      if (status.state() == NodeState.CONVERGED) {
        run.promises().saysConverged(SeededNode.this, status, of.passBegan);
      }
      of.queue.add(clock.now(), revision, deployment, status, steps);
      of.wire.reported();
    }

    @Override
    public void began(Supplier<Optional<Progress>> progress) {
      // Steps under way are kept nowhere.
    }

    @Override
    public int spooled() {
      return of.queue.size();
    }
  }
}
