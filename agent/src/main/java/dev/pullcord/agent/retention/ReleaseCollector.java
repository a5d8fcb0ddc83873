package dev.pullcord.agent.retention;

import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.TaskTimes;
import dev.pullcord.agent.host.process.ProcessFiles;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.rights.Builds;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.stage.tree.SealedTree;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears away what nobody can read any more; {@link Retention} says what that is. A tree that the
 * journal does not know is not ours to trust and goes as well, and so does a Python environment
 * that no release needs any more. What is kept, and why, is written down for {@code status}.
 */
public final class ReleaseCollector {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseCollector.class);
  private static final int EXITED_GENERATIONS_KEPT = 20;

  private final StateDirectory directory;
  private final Journal journal;
  private final Duration keepFor;
  private final Function<Generation, Optional<TaskTimes>> tasks;
  private final Rights rights;
  private final ReleaseHolds holds;
  private final Builds builds;
  private Map<String, String> written = Map.of();

  /**
   * Keeps for that long after nobody could read it.
   *
   * @param tasks when those began that a generation runs; empty where its kind does not know
   * @param rights as whom processes run, and what was not built to its end belongs to
   * @param holds what else runs in releases
   */
  public ReleaseCollector(
      StateDirectory directory,
      Journal journal,
      Duration keepFor,
      Function<Generation, Optional<TaskTimes>> tasks,
      Rights rights,
      ReleaseHolds holds) {
    this.holds = holds;
    this.rights = rights;
    this.builds = new Builds(rights, directory);
    this.directory = directory;
    this.journal = journal;
    this.keepFor = keepFor;
    this.tasks = tasks;
  }

  /** Deletes; cut short at any point, the next call goes on. */
  public void collect(Instant now) throws IOException {
    Map<String, String> reasons =
        new Retention(journal.history(), now, keepFor, tasks, this::processes).kept(seen());
    int gone = 0;
    for (String name : List.copyOf(journal.history().releases().keySet())) {
      if (!reasons.containsKey(name)) {
        journal.append(new Entry.Collected(name));
        gone++;
      }
    }
    if (gone > 0) {
      LOG.info("{} releases that nobody can read are deleted, {} are kept", gone, reasons.size());
    }
    write(reasons);
    Set<String> kept = new HashSet<>(journal.history().releases().keySet());
    journal.history().generations().values().forEach(g -> kept.add(g.release()));
    for (Path tree : list(directory.releases())) {
      if (!kept.contains(tree.getFileName().toString())) {
        clear(SealedTree.buildOf(tree));
        FileTrees.delete(tree, directory.tmp());
      }
    }
    Set<String> venvs =
        journal.history().releases().values().stream()
            .flatMap(release -> Stream.ofNullable(release.preparation().venv()))
            .collect(Collectors.toSet());
    for (Path venv : list(directory.venvs())) {
      if (!venvs.contains(venv.getFileName().toString())) {
        clear(new SealedTree(venv));
        FileTrees.delete(venv, directory.tmp());
      }
    }
    Collection<Long> atBoot = GenerationFiles.atBoot(directory).values();
    List<Long> exited =
        GenerationFiles.numbers(directory).stream()
            .filter(n -> !journal.history().generations().containsKey(n) && !atBoot.contains(n))
            .toList();
    for (long number : exited.subList(0, Math.max(0, exited.size() - EXITED_GENERATIONS_KEPT))) {
      FileTrees.delete(directory.generation(number), directory.tmp());
    }
  }

  /** What was not built to its end may still belong to the user who built it. */
  private void clear(SealedTree tree) throws IOException {
    if (tree.exists() && !tree.sealed()) {
      builds.clear(tree.path());
    }
  }

  /** The releases that living generations see and that a boot starts, whatever is known of them. */
  private Map<String, String> seen() throws IOException {
    Map<String, String> seen = new HashMap<>();
    holds.names().forEach(name -> seen.put(name, "an action runs in it"));
    for (Generation generation : journal.history().generations().values()) {
      GenerationFiles files = new GenerationFiles(directory, generation.number());
      Path target = AtomicFiles.readLink(files.link());
      if (target != null && directory.releases().equals(target.getParent())) {
        seen.put(target.getFileName().toString(), "generation " + generation.number() + " sees it");
      }
    }
    for (long number : GenerationFiles.atBoot(directory).values()) {
      new GenerationFiles(directory, number)
          .record()
          .ifPresent(record -> seen.put(record.release(), "a boot starts a worker in it"));
    }
    return seen;
  }

  private @Nullable ProcessFiles processes() {
    try {
      return rights.inUse(directory.releases());
    } catch (IOException e) {
      LOG.warn("what processes have open cannot be seen, no release goes: {}", FileFault.of(e));
      return null;
    }
  }

  private void write(Map<String, String> reasons) {
    if (reasons.equals(written)) {
      return;
    }
    try {
      AtomicFiles.writeUnforced(directory.keptReleases(), PullcordJson.write(reasons));
      written = reasons;
    } catch (IOException e) {
      LOG.debug("why releases are kept is not written down: {}", FileFault.of(e));
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
