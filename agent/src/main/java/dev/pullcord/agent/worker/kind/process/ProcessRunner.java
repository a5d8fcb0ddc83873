package dev.pullcord.agent.worker.kind.process;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.rights.Signals;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.GenerationProcesses;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.WorkerKind;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The runner {@code process}: workers are the agent's own children in sessions of their own, which
 * it finds again after its own restart by pid and start time.
 */
public final class ProcessRunner implements Runner {
  private static final long REAPED_WITHIN_MILLIS = 500;

  private final StateDirectory directory;
  private final HostClock clock;
  private final Runnable onExit;
  private final Detached.Forker forker;
  private final GenerationProcesses processes;
  private final Map<Long, Process> children = new ConcurrentHashMap<>();

  /** Calls back, from another thread, when a worker has ended. */
  public ProcessRunner(
      StateDirectory directory, HostClock clock, Runnable onExit, Detached.Forker forker) {
    this.directory = directory;
    this.clock = clock;
    this.onExit = onExit;
    this.forker = forker;
    this.processes = new GenerationProcesses(directory, clock);
  }

  @Override
  public Optional<String> problem(String worker) {
    return Optional.empty();
  }

  @Override
  public Optional<Found> start(Generation generation, WorkerKind.Launch.Of launch)
      throws IOException {
    GenerationFiles files = files(generation);
    Process child =
        forker.fork(
            new Detached.Spec(
                launch.run(),
                directory.release(generation.release()),
                launch.environment(),
                files.claim(),
                files.log()));
    children.put(generation.number(), child);
    var unused = child.onExit().thenRun(onExit);
    return Processes.find(child.pid()).map(Found::new);
  }

  @Override
  public Optional<Found> settle(Generation intended) throws IOException {
    return files(intended).settle(clock).map(Found::new);
  }

  /** Nothing of ours outlives a boot; a sandbox may give the same boot another name. */
  @Override
  public Optional<Found> revive(Generation ofAnotherBoot) throws IOException {
    if (!processes.anyKnown(ofAnotherBoot)) {
      return Optional.empty();
    }
    return ofAnotherBoot.process() == null
        ? settle(ofAnotherBoot)
        : Optional.of(new Found(ofAnotherBoot.process()));
  }

  @Override
  public Optional<Found> find(Generation unknown) throws IOException {
    Optional<ProcessId> started = files(unknown).startedAs().filter(Processes::alive);
    return started
        .filter(process ->
            unknown.boot().equals(Processes.bootId()) || processes.isKnown(unknown, process))
        .map(Found::new);
  }

  @Override
  public boolean alive(Generation generation) {
    return processes.live(generation);
  }

  @Override
  public boolean works(Generation generation) {
    return processes.mainLives(generation);
  }

  @Override
  public boolean lingers(Generation neverSeen) {
    return processes.live(neverSeen);
  }

  @Override
  public List<ProcessId> rest(Generation generation) {
    return processes.rest(generation);
  }

  @Override
  public void adopt(Generation generation) {
    if (generation.process() != null) {
      Processes.onExit(generation.process(), onExit);
    }
  }

  @Override
  public void terminate(Generation generation) throws IOException {
    ProcessId process = generation.process();
    if (process != null) {
      Detached.terminateOnce(process, files(generation).termClaim());
    }
  }

  @Override
  public void terminateRest(Generation generation, List<ProcessId> left, Signals signals)
      throws IOException {
    for (ProcessId process : left) {
      signals.terminateOnce(process, files(generation).termClaim(process));
    }
  }

  @Override
  public Optional<Integer> exitCode(Generation generation) {
    return Optional.ofNullable(children.get(generation.number()))
        .filter(ProcessRunner::gone)
        .map(Process::exitValue);
  }

  @Override
  public Optional<String> neverStarted(Generation generation) {
    Process child = children.get(generation.number());
    return child != null && gone(child) && unclaimed(generation, child)
        ? Optional.of(
            "generations/%d/started could not be claimed (is the disk full?)"
                .formatted(generation.number()))
        : Optional.empty();
  }

  /** The process is seen to be gone a moment before its exit code is there. */
  private static boolean gone(Process child) {
    try {
      return child.waitFor(REAPED_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !child.isAlive();
    }
  }

  private boolean unclaimed(Generation generation, Process child) {
    if (child.exitValue() != Detached.NOT_CLAIMED) {
      return false;
    }
    try {
      return files(generation)
          .startedAs()
          .filter(process -> process.pid() == child.pid())
          .isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void forgetGone() {
    children.values().removeIf(child -> !child.isAlive());
  }

  private GenerationFiles files(Generation generation) {
    return new GenerationFiles(directory, generation.number());
  }
}
