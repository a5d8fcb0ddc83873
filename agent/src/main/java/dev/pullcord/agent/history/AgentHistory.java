package dev.pullcord.agent.history;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The state of the agent: all entries of the journal folded into one value. Immutable; {@link
 * #plus} gives the next one.
 *
 * @param pass the last one that had something to do
 * @param lastSequence the last number given to a release
 * @param lastGeneration the last number given to a generation
 * @param releases trees that can be trusted, by name, oldest first
 * @param active the tree that {@code current} points to; null when there is no link, or a foreign
 *     one
 * @param well whether health has passed since the last switch, start, or death of a worker
 * @param applied what last ran well
 * @param generations those that were not seen to end, by number
 * @param quarantine the commit that is not tried again
 */
public record AgentHistory(
    long pass,
    int lastSequence,
    long lastGeneration,
    Map<String, Release> releases,
    @Nullable String active,
    boolean well,
    @Nullable Applied applied,
    Map<Long, Generation> generations,
    @Nullable Quarantine quarantine) {
  /** Before the first entry. */
  public static final AgentHistory EMPTY =
      new AgentHistory(0, 0, 0, Map.of(), null, false, null, Map.of(), null);

  /** Copies the maps in their order. */
  public AgentHistory {
    releases = Collections.unmodifiableMap(new LinkedHashMap<>(releases));
    generations = Collections.unmodifiableMap(new LinkedHashMap<>(generations));
  }

  /** The history one entry later. */
  public AgentHistory plus(Entry entry) {
    return new Fold(this).apply(entry).history();
  }

  /** The tree that {@code current} points to. */
  public Optional<Release> activeRelease() {
    return Optional.ofNullable(active).map(releases::get);
  }

  /**
   * The tree that the node goes back to, if it is still there: the one that last ran well, or the
   * active one where that was staged of the same commit in its place.
   */
  public Optional<Release> appliedRelease() {
    Applied last = applied;
    if (last == null) {
      return Optional.empty();
    }
    return activeRelease()
        .filter(now -> now.commit().equals(last.commit()) && now.labels().equals(last.labels()))
        .filter(now -> now.name().compareTo(last.release()) > 0)
        .or(() -> Optional.ofNullable(releases.get(last.release())));
  }

  /** The newest tree of those. */
  public Optional<Release> newest(Predicate<Release> of) {
    return releases.values().stream().filter(of).reduce((older, newer) -> newer);
  }

  /** The generations of a worker that were not seen to end, newest first. */
  public List<Generation> generationsOf(String worker) {
    return generations.values().stream().filter(g -> g.worker().equals(worker)).toList().reversed();
  }

  /**
   * The same without the newcomers that stand by for a commit: what runs is looked after as if they
   * were not there.
   *
   * @param stage the commit that is only to be ready; null for none
   */
  public AgentHistory withoutStaged(@Nullable CommitId stage) {
    if (generations.values().stream().noneMatch(g -> g.standsByFor(stage))) {
      return this;
    }
    Map<Long, Generation> others = new LinkedHashMap<>(generations);
    others.values().removeIf(g -> g.standsByFor(stage));
    return new AgentHistory(
        pass, lastSequence, lastGeneration, releases, active, well, applied, others, quarantine);
  }

  /** The generation that a worker's work is done by. */
  public Optional<Generation> consuming(String worker) {
    return generationsOf(worker).stream()
        .filter(g -> g.hasWork() && g.phase() != Generation.Phase.INTENDED)
        .findFirst();
  }

  /** The one generation of a worker that goes on: the newest that is what is wanted. */
  public Optional<Generation> kept(String worker, WorkerDefinition wanted) {
    return generationsOf(worker).stream()
        .filter(g -> !g.askedToEnd() && g.identity().equals(wanted.identity()))
        .findFirst();
  }

  /** What a generation was started as, which may be another kind than what is wanted now. */
  public Optional<WorkerSpec> startedAs(Generation generation) {
    return Optional.ofNullable(releases.get(generation.release()))
        .map(release -> release.workers().get(generation.worker()))
        .map(WorkerDefinition::spec);
  }
}
