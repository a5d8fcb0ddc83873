package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.rights.Account;
import dev.pullcord.agent.rights.Signals;
import dev.pullcord.agent.rights.WorkerUsers;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.GenerationProcesses;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.host.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runner {@code systemd}: each generation is an instance of {@code pullcord-worker@.service},
 * with its number. A number is used once, so a start or a stop that is asked for again means the
 * same generation or nothing.
 *
 * <p>The unit claims {@code started} before its process begins, which makes a start happen once,
 * and notes the process there afterwards. In between systemd is asked what the process is. A stop
 * needs no claim: systemd sends one SIGTERM to a unit however often it is asked to stop it. Nothing
 * else is ever signalled.
 */
public final class SystemdRunner implements Runner {
  private static final Logger LOG = LoggerFactory.getLogger(SystemdRunner.class);
  private static final Duration NOTED_WITHIN = Duration.ofMillis(500);
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  private final StateDirectory directory;
  private final HostClock clock;
  private final Runnable onExit;
  private final Systemctl systemctl;
  private final WorkerUsers users;
  private final Map<Optional<String>, UnitTemplate> templates = new ConcurrentHashMap<>();
  private final ServiceManager manager;
  private final Signal never = new Signal();
  private final BootList atBoot;
  private final GenerationProcesses processes;
  private final String boot = Processes.bootId();
  private final StoredEnvironments environments;
  private final UnitStarts starts;

  /**
   * A runner.
   *
   * @param onExit called from another thread when a worker has ended
   * @param users those that some workers have of their own
   */
  public SystemdRunner(
      StateDirectory directory,
      HostClock clock,
      Runnable onExit,
      ServiceManager manager,
      WorkerUsers users) {
    this.directory = directory;
    this.clock = clock;
    this.onExit = onExit;
    this.systemctl = Systemctl.of(manager, directory, clock);
    this.manager = manager;
    this.users = users;
    this.atBoot = new BootList(directory);
    this.processes = new GenerationProcesses(directory, clock);
    this.environments = new StoredEnvironments(directory, atBoot);
    this.starts = new UnitStarts(directory, clock, systemctl, manager);
  }

  @Override
  public Optional<String> problem(String worker) {
    return template(users.of(worker)).problem();
  }

  private UnitTemplate template(Optional<String> user) {
    return templates.computeIfAbsent(user, own -> new UnitTemplate(directory, systemctl, own));
  }

  /** As whom workers run that are units and may have that user; empty where none can be. */
  public Optional<Account> account(Optional<String> user) {
    UnitTemplate template = template(user);
    if (template.account().isEmpty() && manager.runsUs()) {
      template.problem().ifPresent(why -> LOG.debug("as whom workers run is not known: {}", why));
    }
    return template.account();
  }

  @Override
  public boolean isInstalled() {
    return template(Optional.empty()).isInstalled();
  }

  /** Asked only of one that has left no note, which its unit writes as long as it is there. */
  @Override
  public Optional<String> undone(Generation generation) {
    return template(files(generation).user()).undone(unit(generation.number()));
  }

  private String unit(long number) {
    return UnitTemplate.instance(number, new GenerationFiles(directory, number).user());
  }

  @Override
  public Optional<Found> start(Generation generation, WorkerKind.Launch.Of launch)
      throws IOException {
    long number = generation.number();
    environments.of(number, Optional.empty());
    Optional<ProcessId> process = starts.start(generation, launch, users.of(generation.worker()));
    if (process.isEmpty()) {
      return Optional.empty();
    }
    environments.of(number, process);
    Processes.onExit(process.get(), onExit);
    return process.filter(Processes::alive).map(Found::new);
  }

  @Override
  public Optional<Found> settle(Generation intended) throws IOException {
    return starts.settle(intended.number(), files(intended).claim()).map(Found::new);
  }

  @Override
  public Optional<Found> revive(Generation ofAnotherBoot) throws IOException {
    if (processes.isKnown(ofAnotherBoot, ofAnotherBoot.process())) {
      return Optional.of(new Found(ofAnotherBoot.process()));
    }
    GenerationFiles files = files(ofAnotherBoot);
    Optional<ProcessId> again = starts.settle(ofAnotherBoot.number(), files.claimIn(boot));
    if (again.isEmpty()) {
      again = startedAgain(ofAnotherBoot);
    }
    if (again.isEmpty() && atBoot.has(ofAnotherBoot.number())) {
      starts.takeBack(ofAnotherBoot.number());
    }
    return again.or(() -> left(ofAnotherBoot)).map(Found::new);
  }

  /** The name that its unit has for this boot may be another than ours. */
  private Optional<ProcessId> startedAgain(Generation generation) throws IOException {
    return files(generation).startedAgainAs().stream()
        .filter(process -> processes.isKnown(generation, process))
        .findFirst();
  }

  private Optional<ProcessId> left(Generation generation) {
    return processes.anyKnown(generation)
        ? Optional.ofNullable(generation.process())
        : Optional.empty();
  }

  /** One that is on the list for a boot may be about to be started: that is settled, too. */
  @Override
  public Optional<Found> find(Generation unknown) throws IOException {
    GenerationFiles files = files(unknown);
    Optional<ProcessId> process = files.startedAs();
    boolean ours =
        process
            .filter(Processes::alive)
            .filter(p -> unknown.boot().equals(boot) || processes.isKnown(unknown, p))
            .isPresent();
    if (!ours) {
      process =
          unknown.boot().equals(boot) || !atBoot.has(unknown.number())
              ? startedAgain(unknown)
              : starts.settle(unknown.number(), files.claimIn(boot));
    }
    return process.filter(Processes::alive).map(Found::new);
  }

  @Override
  public boolean alive(Generation generation) {
    return generation.process() == null ? lingers(generation) : processes.live(generation);
  }

  @Override
  public boolean works(Generation generation) {
    return processes.mainLives(generation);
  }

  /** Of a unit that was asked to start and has claimed nothing: whether it runs all the same. */
  @Override
  public boolean lingers(Generation neverSeen) {
    if (processes.live(neverSeen)) {
      return true;
    }
    try {
      String state = systemctl.show(unit(neverSeen.number()), "ActiveState");
      return state.contains("=activ") || state.contains("=deactivating");
    } catch (IOException e) {
      // Its claim is taken, so that it ends by itself should it ever begin.
      return false;
    }
  }

  @Override
  public List<ProcessId> rest(Generation generation) {
    return processes.rest(generation);
  }

  @Override
  public Optional<String> endedByOthers(Generation generation) {
    return new StartFiles(directory, generation.number()).isStopping(generation.process())
        ? Optional.of("someone stopped " + unit(generation.number()))
        : Optional.empty();
  }

  @Override
  public void terminateRest(Generation generation, List<ProcessId> left, Signals signals)
      throws IOException {
    if (generation.process() == null) {
      systemctl.stop(unit(generation.number()));
    }
    for (ProcessId process : left) {
      signals.terminateOnce(process, files(generation).termClaim(process));
    }
  }

  @Override
  public void adopt(Generation generation) {
    environments.of(generation.number(), Optional.ofNullable(generation.process()));
    if (generation.process() != null) {
      Processes.onExit(generation.process(), onExit);
    }
  }

  @Override
  public void terminate(Generation generation) throws IOException {
    if (!alive(generation)) {
      return;
    }
    try {
      systemctl.stop(unit(generation.number()));
    } catch (IOException e) {
      if (alive(generation)) {
        throw new IOException(e.getMessage() + "; " + UnitTemplate.ADVICE, e);
      }
    }
  }

  @Override
  public void promoted(AgentHistory history, Set<String> stopped) throws IOException {
    atBoot.keep(history, stopped);
  }

  @Override
  public Optional<Integer> exitCode(Generation generation) {
    StartFiles files = new StartFiles(directory, generation.number());
    long end = clock.nanos() + NOTED_WITHIN.toNanos();
    try {
      while (!files.hasEnded() && clock.nanos() - end < 0) {
        clock.await(never, never.count(), LOOK_EVERY);
      }
      return files.exitCode();
    } catch (IOException e) {
      LOG.warn("how generation {} ended cannot be read: {}", generation.number(), FileFault.of(e));
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> neverStarted(Generation generation) {
    return !Files.exists(files(generation).claim())
            && exitCode(generation).filter(code -> code == StartFiles.NOT_CLAIMED).isPresent()
        ? Optional.of(
            "generations/%d/started could not be claimed (is the disk full?)"
                .formatted(generation.number()))
        : Optional.empty();
  }

  @Override
  public void forgetGone() {
    environments.forgetGone();
  }

  private GenerationFiles files(Generation generation) {
    return new GenerationFiles(directory, generation.number());
  }
}
