package dev.pullcord.agent.enroll;

import dev.pullcord.agent.activate.TargetLinks;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.ProcessTable;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.GenerationProcesses;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.worker.kind.scripted.ScriptRunner;
import dev.pullcord.agent.worker.kind.unit.UnitRunner;
import dev.pullcord.agent.worker.systemd.ServiceManager;
import dev.pullcord.agent.worker.systemd.UnitTemplate;
import dev.pullcord.agent.worker.systemd.Units;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.base.host.DaemonUnits;
import dev.pullcord.base.host.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Undoes what {@code join} and the agent after it have done: asks each worker to end, waits until
 * all have, takes away the links to its releases, and deletes what the agent wrote. What workers
 * keep for themselves ({@code workers/}) stays. Cut off anywhere, the same command does the rest.
 */
public final class Departure {
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);

  /** Goes last: without it nobody knows whose the directory was. */
  private static final String MEMBERSHIP = "node.json";

  private static final String STATE = "ActiveState";
  private static final List<String> ENDED = List.of(STATE + "=inactive", STATE + "=failed");
  private static final List<String> STAYS = List.of("workers", "lock", MEMBERSHIP);

  private final StateDirectory directory;
  private final DaemonUnits units;
  private final HostClock clock;
  private final Signal never = new Signal();
  private final Set<ProcessId> refused = new HashSet<>();

  /** Of the agent of that directory, which has been ended. */
  public Departure(StateDirectory directory, DaemonUnits units, HostClock clock) {
    this.directory = directory;
    this.units = units;
    this.clock = clock;
  }

  /**
   * Which workers of an agent can only be ended by the commands of their release, which the agent
   * alone runs: those of kind {@code command} that its journal has and nobody has asked to end.
   */
  public static List<String> endedByCommands(Path journal) throws IOException {
    return Journal.peek(journal).generations().values().stream()
        .filter(generation -> generation.runner().equals(ScriptRunner.NAME))
        .map(Generation::worker)
        .distinct()
        .toList();
  }

  /** Asks each worker that lives to end, once, by SIGTERM or by ending its unit. */
  public void askWorkersToEnd() throws IOException {
    for (Generation generation : living()) {
      GenerationFiles files = new GenerationFiles(directory, generation.number());
      if (generation.runner().equals(RunnerName.SYSTEMD)) {
        units.askToEnd(UnitTemplate.instance(generation.number(), files.user()));
      } else if (generation.runner().equals(UnitRunner.NAME)) {
        units.askToEnd(unit(generation).orElseThrow());
      } else if (generation.process() != null) {
        Detached.terminateOnce(generation.process(), files.termClaim());
      }
    }
  }

  /** Waits until no worker lives; says every 10 s which still do. */
  public void awaitWorkers(Consumer<String> say) throws IOException {
    long sayAt = clock.nanos();
    List<Generation> living = living();
    while (!living.isEmpty()) {
      if (clock.nanos() - sayAt >= 0) {
        say.accept(
            "waiting for "
                + String.join(
                    ", ",
                    living.stream()
                        .map(g -> g.worker() + " (generation " + g.number() + ")")
                        .toList())
                + " to finish; Ctrl-C ends this command alone, run it again to go on");
        sayAt = clock.nanos() + SAY_EVERY.toNanos();
        refused.clear(); // asked again: the disk may have been full
      }
      clock.await(never, never.count(), LOOK_EVERY);
      living = living();
      askThoseLeftBehind(living, say);
    }
  }

  /** What a main process has left behind has nobody else who tells it; each is asked once. */
  private void askThoseLeftBehind(List<Generation> living, Consumer<String> say) {
    GenerationProcesses processes = new GenerationProcesses(directory, clock);
    for (Generation generation : living) {
      if (!generation.runner().equals(UnitRunner.NAME) && !processes.mainLives(generation)) {
        GenerationFiles files = new GenerationFiles(directory, generation.number());
        for (ProcessId left : ProcessTable.heads(processes.rest(generation))) {
          Path claim = files.termClaim(left);
          if (!Files.exists(claim) && !refused.contains(left)) {
            try {
              Detached.terminateOnce(left, claim);
            } catch (IOException e) {
              refused.add(left); // somebody else's: it is only waited for
              say.accept(FileFault.of(e));
            }
          }
        }
      }
    }
  }

  /** Takes away the links elsewhere on the host that are ours; a line for each that stays. */
  public List<String> removeLinks() throws IOException {
    return new TargetLinks(directory).removeAll();
  }

  /** Deletes everything but what workers keep for themselves. */
  public void forget() throws IOException {
    List<Path> parts;
    try (Stream<Path> all = Files.list(directory.root())) {
      parts = all.filter(part -> !STAYS.contains(part.getFileName().toString())).toList();
    }
    for (Path part : parts) {
      FileTrees.delete(part);
    }
    Files.deleteIfExists(directory.root().resolve(MEMBERSHIP));
  }

  private List<Generation> living() throws IOException {
    GenerationProcesses processes = new GenerationProcesses(directory, clock);
    List<Generation> living = new ArrayList<>();
    for (Generation generation : Journal.peek(directory.journal()).generations().values()) {
      if (generation.runner().equals(UnitRunner.NAME)
          ? unitLives(generation)
          : processes.live(generation)) {
        living.add(generation);
      }
    }
    return living;
  }

  private boolean unitLives(Generation generation) throws IOException {
    Optional<String> unit = unit(generation);
    return unit.isPresent() && !ENDED.contains(units.properties(unit.get(), STATE).strip());
  }

  private Optional<String> unit(Generation generation) throws IOException {
    return new Units(directory, clock, ServiceManager.NONE).mark(generation).map(Units.Mark::unit);
  }
}
