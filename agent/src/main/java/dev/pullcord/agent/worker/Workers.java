package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.command.ProgramFault;
import dev.pullcord.agent.host.command.Surroundings;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.Lives;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.rights.Signals;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Starts generations and asks them to end, whoever runs them, and writes down each before it is
 * done.
 *
 * <p>Start: files of the generation; intent, forced; the runner starts it; note, forced. SIGTERM:
 * link frozen; intent, forced; the runner sends it; note, forced; and never a second one. A kill
 * between any two of these is for {@link dev.pullcord.agent.journal.Recovery}.
 */
public final class Workers {
  private final StateDirectory directory;
  private final Journal journal;
  private final HostClock clock;
  private final Charges charges;
  private final Runners runners;
  private final WorkerWords words;
  private final Rights rights;
  private final String boot = Processes.bootId();
  private final LeftProcesses left;

  /** Of an agent. */
  public Workers(
      StateDirectory directory,
      Journal journal,
      HostClock clock,
      Charges charges,
      WorkerWords words) {
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
    this.charges = charges;
    this.runners = charges.runners();
    this.rights = charges.places().rights();
    this.words = words;
    this.left = new LeftProcesses(directory, journal, clock, runners, words, rights);
  }

  /** Why no generation of a worker can be started on this node; empty when one can. */
  public Optional<String> problem(WorkerSpec spec) {
    WorkerKind kind = charges.kinds().of(spec);
    Optional<String> refused =
        runners.whichFor(spec, kind).equals(RunnerName.PROCESS)
            ? rights.refusesChild(spec.name())
            : Optional.empty();
    return refused.or(() -> runners.problem(spec, kind));
  }

  /** Watches a generation that an agent before this one started. */
  public void adopt(Generation generation) {
    runners.of(generation).adopt(generation);
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
        Generation.intended(
            number,
            worker.spec().name(),
            new Generation.Origin(release, commit, worker.identity()),
            boot,
            clock.now(),
            beside,
            runners.whichFor(worker.spec(), charges.kinds().of(worker.spec())));
    Optional<String> problem =
        charges.places().problem(release, worker.spec()).or(() -> problem(worker.spec()));
    if (problem.isPresent()) {
      return new StartResult.HostFault(problem.get());
    }
    WorkerKind kind = charges.kinds().of(worker.spec());
    Surroundings where = charges.places().of(generation, worker.spec(), ref);
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
    Runner runner = runners.of(generation);
    journal.append(new GenerationEntry.StartIntent(generation));
    Optional<Lives.Found> found;
    try {
      found = runner.start(generation, launch);
    } catch (IOException e) {
      ProgramFault why = ProgramFault.refused(String.valueOf(e.getMessage()));
      String cause = why.ofRelease() ? why.text() : FileFault.of(e);
      String reason =
          "worker %s cannot be started: %s%s"
              .formatted(generation.worker(), cause, leftOver(generation));
      return why.ofRelease()
          ? new StartResult.Unstartable(reason, null)
          : new StartResult.HostFault(reason);
    }
    if (found.isEmpty()) {
      String reason = words.obituary(generation) + leftOver(generation);
      return neverStarted(generation)
          ? new StartResult.HostFault(reason)
          : new StartResult.Unstartable(reason, exitCode(generation).orElse(null));
    }
    ProcessId process = found.get().process();
    journal.append(new GenerationEntry.Started(number, process, clock.now()));
    return new StartResult.Running(number, words.started(generation, process));
  }

  /**
   * Notes the end of a start that came to nothing. What was asked to start is ours until it is seen
   * to be gone: what lives of it all the same is asked to end, and counts until then.
   *
   * @return what is to be said of that; empty when nothing lives
   */
  private String leftOver(Generation generation) {
    if (!runners.lingers(generation)) {
      journal.append(new GenerationEntry.Exited(generation.number(), clock.now()));
      return "";
    }
    journal.append(new GenerationEntry.MainEnded(generation.number(), clock.now()));
    terminateRest(generation);
    return "; it lives all the same, was asked to end, and is waited for: "
        + words.pids(generation);
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
    if (generation.phase() == Generation.Phase.INTENDED
        || generation.phase() == Generation.Phase.TERM_SENT) {
      return;
    }
    new GenerationFiles(directory, generation.number()).freezeAt(directory.release(activeRelease));
    if (generation.phase() != Generation.Phase.TERM_INTENDED) {
      journal.append(new GenerationEntry.TermIntent(generation.number(), clock.now()));
    }
    runners.of(generation).terminate(generation);
    journal.append(new GenerationEntry.TermSent(generation.number(), clock.now()));
  }

  /**
   * Asks what the main process of a generation has left behind to end, each process once. Nobody is
   * asked whose parent lives and can tell it: neither the main one's children, nor those of another
   * that it has left behind.
   */
  public void terminateRest(Generation generation) {
    left.terminate(generation);
  }

  /** Whether it has a process that can be killed; what commands run for it have none. */
  public boolean killable(Generation generation) {
    return runners.knowsTheProcess(generation) && runners.alive(generation);
  }

  /** Kills all processes of a generation, and returns how many those were. */
  public int kill(Generation generation) throws IOException {
    return new Signals(rights)
        .kill(generation.process(), () -> runners.of(generation).rest(generation));
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

  /** Whether anything of it lives. */
  public boolean alive(Generation generation) {
    return runners.alive(generation);
  }

  /** Whether its main process lives, or whatever stands for it. */
  public boolean works(Generation generation) {
    return runners.works(generation);
  }

  /** Who is ending one that works, without us; empty when nobody is known to. */
  public Optional<String> endedByOthers(Generation generation) {
    return runners.of(generation).endedByOthers(generation);
  }

  /** Notes that the main process has ended: by what is left of it, it drains or it has exited. */
  public void ended(Generation generation) {
    if (runners.alive(generation)) {
      journal.append(new GenerationEntry.MainEnded(generation.number(), clock.now()));
      terminateRest(generation);
    } else {
      journal.append(new GenerationEntry.Exited(generation.number(), clock.now()));
    }
  }

  /** Whether it never became the worker, for a reason of the host. */
  public boolean neverStarted(Generation generation) {
    return runners.of(generation).neverStarted(generation).isPresent();
  }

  /** With what it ended; empty where nobody knows. */
  public Optional<Integer> exitCode(Generation generation) {
    return runners.of(generation).exitCode(generation);
  }

  /** What the journal says has the work is what comes back after a boot, where that can be. */
  public void promoted(Set<String> stopped) throws IOException {
    runners.promoted(journal.history(), stopped);
  }

  /** Forgets those that are gone, once their end has been told. */
  public void forgetGone() {
    runners.forgetGone();
  }
}
