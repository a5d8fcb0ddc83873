package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.rights.Signals;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks what main processes have left behind to end: intent, forced, once for each process; then
 * SIGTERM. A process that may not be asked is shown as long as it lives. It is asked again, because
 * what asks for us may have been away, and more and more seldom.
 */
final class LeftProcesses {
  private static final int ASKED_AT_ONCE = 64;
  private static final Duration PAUSE_MIN = Duration.ofMinutes(1);
  private static final Duration PAUSE_MAX = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(LeftProcesses.class);

  private final StateDirectory directory;
  private final Journal journal;
  private final HostClock clock;
  private final Runners runners;
  private final WorkerWords words;
  private final Rights rights;
  private final Map<ProcessId, NotAsked> refused = new HashMap<>();

  /** That it could not be asked, when, and how long it is not asked then. */
  private record NotAsked(long atNanos, Duration pause) {}

  LeftProcesses(
      StateDirectory directory,
      Journal journal,
      HostClock clock,
      Runners runners,
      WorkerWords words,
      Rights rights) {
    this.directory = directory;
    this.journal = journal;
    this.clock = clock;
    this.runners = runners;
    this.words = words;
    this.rights = rights;
  }

  /** Asks those of a generation whose main process is gone. */
  void terminate(Generation generation) {
    if (runners.works(generation)) {
      return;
    }
    refused.keySet().removeIf(process -> !Processes.alive(process));
    GenerationFiles files = new GenerationFiles(directory, generation.number());
    List<ProcessId> left =
        words.left(generation).stream()
            .filter(process -> !Files.exists(files.termClaim(process)))
            .filter(this::isToBeAsked)
            .limit(ASKED_AT_ONCE)
            .toList();
    if (left.isEmpty()) {
      if (generation.process() == null) {
        terminate(generation, List.of());
      }
      return;
    }
    note(generation, left.stream().filter(process -> !refused.containsKey(process)).toList());
    left.forEach(process -> terminate(generation, List.of(process)));
  }

  private boolean isToBeAsked(ProcessId process) {
    NotAsked last = refused.get(process);
    return last == null || clock.nanos() - last.atNanos() >= last.pause().toNanos();
  }

  private void note(Generation generation, List<ProcessId> some) {
    if (some.isEmpty()) {
      return;
    }
    long number = generation.number();
    List<Long> pids = some.stream().map(ProcessId::pid).toList();
    LOG.warn("generation {} of {} left pids {}; asked to end", number, generation.worker(), pids);
    journal.append(new GenerationEntry.RestIntent(number, pids, clock.now()));
  }

  private void terminate(Generation generation, List<ProcessId> some) {
    try {
      runners.of(generation).terminateRest(generation, some, new Signals(rights));
    } catch (IOException e) {
      some.forEach(process -> refused.merge(process, first(), (last, _) -> next(last)));
      LOG.warn("generation {}: {}", generation.number(), FileFault.of(e));
    }
  }

  private NotAsked first() {
    return new NotAsked(clock.nanos(), PAUSE_MIN);
  }

  private NotAsked next(NotAsked last) {
    Duration twice = last.pause().multipliedBy(2);
    return new NotAsked(clock.nanos(), twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX);
  }
}
