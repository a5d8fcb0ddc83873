package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the environments of generations that are gone from the disk: they may hold secrets. A
 * generation that is on the list for a boot keeps its own. What cannot be removed is logged and
 * tried again.
 */
final class StoredEnvironments {
  private static final Logger LOG = LoggerFactory.getLogger(StoredEnvironments.class);

  private final StateDirectory directory;
  private final BootList atBoot;

  /** Each as what it lives, if it does. */
  private final Map<Long, Optional<ProcessId>> known = new HashMap<>();

  private boolean looked;

  StoredEnvironments(StateDirectory directory, BootList atBoot) {
    this.directory = directory;
    this.atBoot = atBoot;
  }

  void of(long number, Optional<ProcessId> process) {
    known.put(number, process);
  }

  void forgetGone() {
    try {
      for (long number : leftBefore()) {
        known.putIfAbsent(number, Optional.empty());
      }
      for (Map.Entry<Long, Optional<ProcessId>> one : List.copyOf(known.entrySet())) {
        boolean gone = one.getValue().filter(Processes::alive).isEmpty();
        if (gone && !atBoot.has(one.getKey())) {
          new StartFiles(directory, one.getKey()).forgetEnvironment();
          known.remove(one.getKey());
        }
      }
    } catch (IOException e) {
      LOG.warn(
          "the environment of a generation that is gone cannot be removed: {}", FileFault.of(e));
    }
  }

  /** What an agent before this one has left, which was killed as a worker ended; looked at once. */
  private List<Long> leftBefore() throws IOException {
    if (looked) {
      return List.of();
    }
    looked = true;
    return GenerationFiles.numbers(directory).stream()
        .filter(number -> new StartFiles(directory, number).hasEnvironment())
        .toList();
  }
}
