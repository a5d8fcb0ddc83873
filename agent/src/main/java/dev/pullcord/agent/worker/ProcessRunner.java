package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.Detached;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.ProcessId;
import dev.pullcord.agent.host.Processes;
import dev.pullcord.agent.host.Surroundings;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.GenerationFiles;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.agent.journal.WorkerDefinition;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The runner {@code process}: workers are the agent's own children in sessions of their own, which
 * it finds again after its own restart by pid and start time.
 *
 * <p>Start: files of the generation; intent, forced; fork; note, forced. SIGTERM: link frozen;
 * intent, forced; signal; note, forced; and never a second one. A kill between any two of these is
 * for {@link dev.pullcord.agent.journal.Recovery}.
 */
public final class ProcessRunner {
  private static final int OBITUARY_BYTES = 4 << 10;
  private static final long REAPED_WITHIN_MILLIS = 500;
  private static final String PROBLEM_WITH_CLAIM = " could not be claimed (is the disk full?)";

  private final StateDirectory directory;
  private final Journal journal;
  private final HostClock clock;
  private final Places places;
  private final Kinds kinds;
  private final Runnable onExit;
  private final Detached.Forker forker;
  private final String boot = Processes.bootId();
  private final Map<Long, Process> children = new ConcurrentHashMap<>();

  /** Calls back, from another thread, when a worker has ended. */
  public ProcessRunner(
      StateDirectory directory,
      Journal journal,
      HostClock clock,
      Places places,
      Kinds kinds,
      Runnable onExit,
      Detached.Forker forker) {
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
    this.places = places;
    this.kinds = kinds;
    this.onExit = onExit;
    this.forker = forker;
  }

  /** Watches a generation that an agent before this one started. */
  public void adopt(Generation generation) {
    if (generation.process() != null) {
      Processes.onExit(generation.process(), onExit);
    }
  }

  /**
   * Starts the next generation of a worker in a release.
   *
   * @param beside whether it takes the work over later; if not, {@code current} points to the
   *     release
   */
  public StartResult start(
      WorkerDefinition worker, String release, CommitId commit, String ref, boolean beside)
      throws IOException {
    long number = nextNumber();
    Generation generation =
        new Generation(
            number,
            worker.spec().name(),
            release,
            commit,
            worker.identity(),
            boot,
            null,
            clock.now(),
            Generation.Phase.INTENDED,
            clock.now(),
            beside,
            !beside,
            Set.of(release),
            null);
    Optional<String> problem = places.problem(release, worker.spec());
    if (problem.isPresent()) {
      return new StartResult.HostFault(problem.get());
    }
    WorkerKind kind = kinds.of(worker.spec());
    Surroundings where = places.of(generation, worker.spec(), ref);
    return switch (kind.launch(worker.spec(), where)) {
      case WorkerKind.Launch.Not(StartResult why) -> why;
      case WorkerKind.Launch.Of launch -> {
        new GenerationFiles(directory, number).create(generation);
        kind.begin(new WorkerKind.Charge(generation, worker.spec(), where, () -> false));
        yield start(generation, launch);
      }
    };
  }

  private StartResult start(Generation generation, WorkerKind.Launch.Of launch) throws IOException {
    long number = generation.number();
    GenerationFiles files = new GenerationFiles(directory, number);
    journal.append(new Entry.StartIntent(generation));
    try {
      return forked(
          generation,
          forker.fork(
              new Detached.Spec(
                  launch.run(),
                  directory.release(generation.release()),
                  launch.environment(),
                  files.claim(),
                  files.log())));
    } catch (IOException e) {
      journal.append(new Entry.Exited(number, clock.now()));
      return new StartResult.HostFault(
          "worker " + generation.worker() + " cannot be forked: " + e.getMessage());
    }
  }

  private StartResult forked(Generation generation, Process child) {
    long number = generation.number();
    children.put(number, child);
    var unused = child.onExit().thenRun(onExit);
    Optional<ProcessId> process = Processes.find(child.pid());
    if (process.isEmpty()) {
      journal.append(new Entry.Exited(number, clock.now()));
      String reason = obituary(generation);
      return neverStarted(generation)
          ? new StartResult.HostFault(reason)
          : new StartResult.Unstartable(reason, exitCode(number).orElse(null));
    }
    journal.append(new Entry.Started(number, process.get(), clock.now()));
    return new StartResult.Running(number, process.get());
  }

  private long nextNumber() {
    long number = journal.history().lastGeneration() + 1;
    while (Files.exists(directory.generation(number))) {
      number++;
    }
    return number;
  }

  /** Sends SIGTERM, unless this generation already had it; it sees no newer release from now on. */
  public void terminate(Generation generation, String activeRelease) throws IOException {
    ProcessId process = generation.process();
    if (process == null || generation.phase() == Generation.Phase.TERM_SENT) {
      return;
    }
    GenerationFiles files = new GenerationFiles(directory, generation.number());
    files.freezeAt(directory.release(activeRelease));
    if (generation.phase() != Generation.Phase.TERM_INTENDED) {
      journal.append(new Entry.TermIntent(generation.number(), clock.now()));
    }
    Detached.terminateOnce(process, files.termClaim());
    journal.append(new Entry.TermSent(generation.number(), clock.now()));
  }

  /** Lets generations see no release that becomes active from now on. */
  public void freeze(List<Generation> generations, String activeRelease) throws IOException {
    for (Generation generation : generations) {
      new GenerationFiles(directory, generation.number())
          .freezeAt(directory.release(activeRelease));
    }
  }

  /** Lets a generation see what is active. */
  public void follow(Generation generation) throws IOException {
    new GenerationFiles(directory, generation.number()).follow();
  }

  /** Whether its process lives. */
  public boolean alive(Generation generation) {
    return generation.process() != null && Processes.alive(generation.process());
  }

  /** How a generation that is gone came to its end and the last thing it said, in one line. */
  public String obituary(Generation generation) {
    String last = StepResult.lastLine(logTail(generation, OBITUARY_BYTES));
    return death(generation) + (last.isEmpty() ? "" : ": " + last);
  }

  private String death(Generation generation) {
    Optional<Integer> exit = exitCode(generation.number());
    String name = "worker " + generation.worker();
    if (exit.isEmpty()) {
      return name + " ended";
    }
    return neverStarted(generation)
        ? "generations/" + generation.number() + "/started" + PROBLEM_WITH_CLAIM
        : name + " exited " + exit.get();
  }

  /** Whether it never became the worker, for a reason of the host. */
  public boolean neverStarted(Generation generation) {
    Process child = children.get(generation.number());
    return child != null && gone(child) && unclaimed(generation, child);
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
      return new GenerationFiles(directory, generation.number())
          .startedAs()
          .filter(process -> process.pid() == child.pid())
          .isEmpty();
    } catch (IOException e) {
      return true;
    }
  }

  /** The exit code of a child of ours that is gone; empty for one that was taken over. */
  public Optional<Integer> exitCode(long generation) {
    return Optional.ofNullable(children.get(generation))
        .filter(ProcessRunner::gone)
        .map(Process::exitValue);
  }

  /** The end of what it wrote, for the transcript. */
  public String logTail(Generation generation, int bytes) {
    return places.envFiles().logTail(generation, bytes);
  }

  /** Forgets the children that are gone, once their end has been told. */
  public void forgetGone() {
    children.values().removeIf(child -> !child.isAlive());
  }
}
