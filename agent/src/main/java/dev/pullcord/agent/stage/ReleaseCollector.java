package dev.pullcord.agent.stage;

import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.GenerationFiles;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.Release;
import dev.pullcord.agent.journal.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Clears away what nobody can read any more. Kept are the active release, the one to go back to,
 * every one that a living generation could have resolved, and all for a time after that. A tree
 * that the journal does not know is not ours to trust and goes as well, and so does a Python
 * environment that no release needs any more.
 */
public final class ReleaseCollector {
  private static final int EXITED_GENERATIONS_KEPT = 20;

  private final StateDirectory directory;
  private final Journal journal;
  private final Duration keepFor;

  /** Keeps for that long after nobody could read it. */
  public ReleaseCollector(StateDirectory directory, Journal journal, Duration keepFor) {
    this.directory = directory;
    this.journal = journal;
    this.keepFor = keepFor;
  }

  /** Deletes; cut short at any point, the next call goes on. */
  public void collect(Instant now) throws IOException {
    for (String name : obsolete(journal.history(), now, keepFor)) {
      journal.append(new Entry.Collected(name));
    }
    Set<String> kept = new HashSet<>(journal.history().releases().keySet());
    journal.history().generations().values().forEach(g -> kept.add(g.release()));
    for (Path tree : list(directory.releases())) {
      if (!kept.contains(tree.getFileName().toString())) {
        AtomicFiles.deleteTree(tree, directory.tmp());
      }
    }
    Set<String> venvs =
        journal.history().releases().values().stream()
            .flatMap(release -> Stream.ofNullable(release.preparation().venv()))
            .collect(Collectors.toSet());
    for (Path venv : list(directory.venvs())) {
      if (!venvs.contains(venv.getFileName().toString())) {
        AtomicFiles.deleteTree(venv, directory.tmp());
      }
    }
    Collection<Long> atBoot = GenerationFiles.atBoot(directory).values();
    List<Long> exited =
        GenerationFiles.numbers(directory).stream()
            .filter(n -> !journal.history().generations().containsKey(n) && !atBoot.contains(n))
            .toList();
    for (long number : exited.subList(0, Math.max(0, exited.size() - EXITED_GENERATIONS_KEPT))) {
      AtomicFiles.deleteTree(directory.generation(number), directory.tmp());
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  /** The names of those that may go; pure. */
  static Set<String> obsolete(AgentHistory history, Instant now, Duration keepFor) {
    return history.releases().values().stream()
        .filter(r -> !r.name().equals(history.active()))
        .filter(r -> history.appliedRelease().filter(r::equals).isEmpty())
        .filter(r -> history.generations().values().stream().noneMatch(g -> mayRead(g, r)))
        .filter(r -> r.lastUsed().plus(keepFor).isBefore(now))
        .map(Release::name)
        .collect(Collectors.toSet());
  }

  /** Its own, and those that were active while its link followed. */
  private static boolean mayRead(Generation generation, Release release) {
    return generation.release().equals(release.name())
        || generation.leases().contains(release.name());
  }
}
