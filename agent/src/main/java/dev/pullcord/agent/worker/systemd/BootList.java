package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The file {@code workers-at-boot}: for each worker the generation that was last given the work, a
 * number and the worker's name a line, with {@code USER@} before it where its unit has another
 * user. {@code pullcord-workers.service} starts what it names, so that a node works after a boot
 * whose agent cannot start. What it names is forced to the disk first.
 */
final class BootList {
  private final StateDirectory directory;
  private final Path file;
  private Map<String, Long> byWorker;

  BootList(StateDirectory directory) {
    this.directory = directory;
    this.file = directory.workersAtBoot();
    try {
      byWorker = GenerationFiles.atBoot(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  boolean has(long number) {
    return byWorker.containsValue(number);
  }

  /**
   * A worker keeps its line until another of its generations has the work, or it is not wanted.
   *
   * @param stopped those that are not to run for now
   */
  void keep(AgentHistory history, Set<String> stopped) throws IOException {
    Map<String, Long> next = new TreeMap<>();
    for (String worker :
        history.activeRelease().map(Release::workers).map(Map::keySet).orElse(Set.of())) {
      if (stopped.contains(worker)) {
        continue;
      }
      Generation promoted =
          history
              .consuming(worker)
              .filter(g -> g.phase() == Generation.Phase.CONSUMING)
              .orElse(null);
      Long before = byWorker.get(worker);
      if (promoted == null && before != null) {
        next.put(worker, before);
      } else if (promoted != null && promoted.runner().equals(RunnerName.SYSTEMD)) {
        next.put(worker, promoted.number());
      }
    }
    if (next.equals(byWorker)) {
      return;
    }
    for (long number : next.values()) {
      if (!has(number)) {
        FileTrees.force(directory.generation(number));
      }
    }
    AtomicFiles.write(
        file,
        next.entrySet().stream()
            .map(line -> instance(line.getValue()) + " " + line.getKey() + "\n")
            .collect(Collectors.joining()));
    byWorker = next;
  }

  /** A unit that knows of no users takes it for no number, and starts nothing as somebody else. */
  private String instance(long number) {
    return new GenerationFiles(directory, number).user().map(user -> user + "@").orElse("")
        + number;
  }
}
