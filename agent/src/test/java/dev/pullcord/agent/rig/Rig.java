package dev.pullcord.agent.rig;

import dev.pullcord.agent.envfile.EnvFilePolicy;
import dev.pullcord.agent.fake.FakeDecisions;
import dev.pullcord.agent.fake.FakeReports;
import dev.pullcord.agent.fake.FakeSource;
import dev.pullcord.agent.fake.FakeSystemd;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.loop.ConvergingAgent;
import dev.pullcord.agent.loop.PassSetup;
import dev.pullcord.agent.loop.Trigger;
import dev.pullcord.agent.loop.WorkerWorld;
import dev.pullcord.agent.rights.AllowedWork;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.status.PassResult;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.systemd.ServiceManager;
import dev.pullcord.base.host.Signal;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.manifest.Bundle;
import dev.pullcord.protocol.manifest.CommandSpec;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.HealthCheck;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.PythonSpec;
import dev.pullcord.protocol.manifest.Work;
import dev.pullcord.protocol.manifest.WorkerSpec;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.node.NodeRules;
import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.report.NodeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A node with real files and real workers. A worker writes its pid, its commit and what it sees
 * into a ledger outside the state directory, so that a test can count starts and signals.
 */
public final class Rig implements AutoCloseable {
  /** Counts its TERMs, and ends after the first one once {@code $LEDGER/linger} is gone. */
  public static final String WORKER =
      """
      #!/bin/sh
      trap 'echo $$ >> "$LEDGER/terms"; asked=1' TERM
      echo "$$ $PULLCORD_COMMIT" >> "$LEDGER/starts"
      : > "$LEDGER/ready.$PULLCORD_GENERATION"
      while [ -z "$asked" ] || [ -e "$LEDGER/linger" ]; do sleep 0.02 & wait $!; done
      """;

  /** As that one, but takes a while to end. */
  public static final String SLOW =
      """
      #!/bin/sh
      trap 'echo $$ >> "$LEDGER/terms"; asked=1' TERM
      echo "$$ $PULLCORD_COMMIT" >> "$LEDGER/starts"
      : > "$LEDGER/ready.$PULLCORD_GENERATION"
      while [ -z "$asked" ]; do sleep 0.02 & wait $!; done
      sleep 0.2 & wait $!; sleep 0.2 & wait $!
      """;

  /** Well is a worker that has come as far as its ledger. */
  public static final List<String> READY =
      List.of("sh", "-c", "[ -e \"$LEDGER/ready.$PULLCORD_GENERATION\" ]");

  /** Longer than a good worker needs on the busiest machine. */
  public static final Duration WELL_WITHIN = Duration.ofSeconds(60);

  public final Path home;
  public final Path ledger;
  public final FakeDecisions decisions = new FakeDecisions();
  public final FakeSource source = new FakeSource();
  public final FakeReports reports = new FakeReports();
  public WorkerSpec.Restart restart = WorkerSpec.Restart.STOP_START;
  public @Nullable DrainSpec drain;
  public Work work = new Work.Process(List.of("bin/worker"));
  public WorkerSpec.@Nullable Runner runner;
  public ServiceManager services = ServiceManager.NONE;
  public AllowedWork allowed = AllowedWork.ALL;
  public @Nullable String envFile;
  public List<String> envFiles = List.of();
  public List<CommandSpec> prepare = List.of();
  public @Nullable PythonSpec python;
  public Map<String, ActionSpec> actions = Map.of();
  public @Nullable String target;
  public boolean enforceDrift = true;
  public boolean noop;
  public JournalProbe probe = JournalProbe.NONE;
  private final LeapingClock clock = new LeapingClock();
  public Detached.Forker forker = Detached::start;

  /** Kinds of workers beside those that are built in. */
  public Map<Class<? extends Work>, WorkerKind> kinds = Map.of();

  /** Runners beside those that are built in. */
  public Map<RunnerName, Runner> runners = Map.of();

  private @Nullable FakeSystemd systemd;
  private @Nullable StateDirectory directory;
  private @Nullable ConvergingAgent agent;

  public Rig(Path temp) throws IOException {
    home = temp.resolve("state");
    ledger = Files.createDirectories(temp.resolve("ledger"));
  }

  /** From now on workers are units, of a systemd that lies beside the state directory. */
  public FakeSystemd underSystemd() {
    try {
      FakeSystemd made = new FakeSystemd(home.resolveSibling("systemd"), home);
      systemd = made;
      services = made.manager();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ConvergingAgent agent() {
    ConvergingAgent open = agent;
    if (open == null) {
      StateDirectory locked = StateDirectory.open(home);
      directory = locked;
      open =
          ConvergingAgent.open(
              new PassSetup(
                  locked,
                  new NodeName("sea-01"),
                  new PassSetup.Upstream(decisions, source, reports),
                  new PassSetup.Policy(
                      PassSetup.KEEP_FOR,
                      new EnvFilePolicy(envFiles),
                      enforceDrift,
                      noop,
                      allowed,
                      WorkerUsers.NONE),
                  new Masks(),
                  probe,
                  services,
                  clock),
              new WorkerWorld(forker, kinds, runners));
      agent = open;
    }
    return open;
  }

  public PassResult pass() {
    return agent().onePass();
  }

  /** A pass that something wakes as soon as the ledger has that file, and again until it ends. */
  public PassResult passInterruptedBy(String name) {
    ConvergingAgent woken = agent();
    AtomicBoolean over = new AtomicBoolean();
    Thread waker =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                if (Files.exists(ledger.resolve(name))) {
                  woken.raise(Trigger.TICK);
                }
                pause();
              }
            });
    try {
      return pass();
    } finally {
      over.set(true);
      waker.interrupt();
    }
  }

  public PassResult pushInterruptedBy(CommitId commit, String name) {
    decisions.decide(commit);
    return passInterruptedBy(name);
  }

  /** Waits, for a minute at most. */
  public void await(BooleanSupplier condition) {
    for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
      pause();
    }
    if (!condition.getAsBoolean()) {
      throw new AssertionError("not within a minute; " + agent().status());
    }
  }

  /** A moment. */
  public void pause() {
    clock.await(new Signal(), 0, Duration.ofMillis(20));
  }

  public PassResult push(@Nullable CommitId commit) {
    decisions.decide(commit);
    return pass();
  }

  /** The one goes on running while the other is to be got ready. */
  public PassResult stage(@Nullable CommitId commit, CommitId next) {
    decisions.stage(commit, next);
    return pass();
  }

  /** Passes, for a minute at most, until one comes to this. */
  public void passUntil(NodeState state) {
    await(() -> pass().state() == state);
  }

  /** As a kill -9 would: the lock goes, the workers stay. */
  public void end() {
    if (agent != null) {
      agent.close();
    }
    if (directory != null) {
      directory.close();
    }
    agent = null;
    directory = null;
  }

  public void clockForward(Duration by) {
    clock.forward(by);
  }

  /** Ends a worker the hard way and waits until it is gone. */
  public void kill(long pid) {
    ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
    worker.destroyForcibly();
    worker.onExit().join();
  }

  public AgentHistory history() throws IOException {
    return Journal.peek(home.resolve("journal"));
  }

  // What is deployed.

  /** One worker, health 2 times every 20 ms, and a check of the patterns. */
  public Manifest manifest() {
    return manifest(Map.of(), READY, WELL_WITHIN);
  }

  public Manifest manifest(Map<String, String> env, List<String> health, Duration deadline) {
    Map<String, String> all = new LinkedHashMap<>(env);
    all.put("LEDGER", ledger.toString());
    Map<String, Bundle> bundles = new LinkedHashMap<>();
    bundles.put(
        "search", new Bundle("search", List.of("search/"), Bundle.OnChange.NOTHING, target));
    bundles.put("tasks", new Bundle("tasks", List.of("tasks/", "bin/"), Bundle.OnChange.RESTART));
    bundles.put("wheels", new Bundle("wheels", List.of("vendor/"), Bundle.OnChange.NOTHING));
    WorkerSpec worker =
        new WorkerSpec(
            "grep",
            work,
            all,
            envFile,
            restart,
            new HealthSpec(
                new HealthCheck.Run(new CommandSpec(health, WELL_WITHIN)),
                Duration.ofMillis(20),
                2,
                deadline),
            drain,
            runner);
    return new Manifest(
        bundles,
        python,
        prepare,
        List.of(new CommandSpec(List.of("bin/check"), WELL_WITHIN)),
        Map.of("grep", worker),
        NodeRules.NONE,
        actions,
        RolloutSpec.ALL_AT_ONCE);
  }

  public Manifest twoWorkers() {
    WorkerSpec grep = Objects.requireNonNull(manifest().workers().get("grep"));
    WorkerSpec index =
        new WorkerSpec(
            "index",
            grep.work(),
            grep.env(),
            grep.envFile(),
            grep.restart(),
            grep.health(),
            drain,
            runner);
    Map<String, WorkerSpec> both = new LinkedHashMap<>();
    both.put("grep", grep);
    both.put("index", index);
    return new Manifest(manifest().bundles(), python, prepare, manifest().check(), both);
  }

  public Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("bin/worker", WORKER);
    files.put("bin/check", "#!/bin/sh\n! grep -r BAD \"$PULLCORD_RELEASE/search\"\n");
    files.put("search/one", "first pattern\n");
    files.put("search/two", "second pattern\n");
    files.put("tasks/task", "the task\n");
    files.put("README", "in no bundle\n");
    return files;
  }

  public CommitId commit(String path, String content) {
    return commit(Map.of(path, content));
  }

  public CommitId commit(Map<String, String> changes) {
    Map<String, String> files = files();
    files.putAll(changes);
    return source.commit(manifest(), files);
  }

  public CommitId first() {
    return commit(Map.of());
  }

  // What is to be seen.

  public Path current() throws IOException {
    return home.resolve("current").toRealPath();
  }

  public String released(String path) throws IOException {
    return Files.readString(home.resolve("current").resolve(path));
  }

  public List<String> lines(String name) throws IOException {
    Path file = ledger.resolve(name);
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /** The pids of all workers that were ever started and live. */
  public List<Long> living() throws IOException {
    List<Long> living = new ArrayList<>();
    for (String line : lines("starts")) {
      long pid = Long.parseLong(line.split(" ")[0]);
      if (Processes.find(pid).isPresent() && !living.contains(pid)) {
        living.add(pid);
      }
    }
    return living;
  }

  /** How many those are now. */
  public int livingNow() {
    try {
      return living().size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    end();
    for (long pid : living()) {
      Optional<ProcessId> worker = Processes.find(pid);
      worker.flatMap(w -> ProcessHandle.of(w.pid())).ifPresent(ProcessHandle::destroyForcibly);
    }
    if (systemd != null) {
      await(systemd::idle);
    }
  }
}
