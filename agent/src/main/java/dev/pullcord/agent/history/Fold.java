package dev.pullcord.agent.history;

import dev.pullcord.protocol.id.CommitId;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Adds entries to a history. An entry about something unknown changes nothing, so that a journal
 * that lost a line to a bad disk can still be read to its end.
 */
final class Fold {
  private long pass;
  private int lastSequence;
  private long lastGeneration;
  private final Map<String, Release> releases;
  private @Nullable String active;
  private boolean well;
  private @Nullable Applied applied;
  private final Map<Long, Generation> generations;
  private @Nullable Quarantine quarantine;

  Fold(AgentHistory before) {
    pass = before.pass();
    lastSequence = before.lastSequence();
    lastGeneration = before.lastGeneration();
    releases = new TreeMap<>(before.releases());
    active = before.active();
    well = before.well();
    applied = before.applied();
    generations = new TreeMap<>(before.generations());
    quarantine = before.quarantine();
  }

  AgentHistory history() {
    return new AgentHistory(
        pass,
        lastSequence,
        lastGeneration,
        releases,
        active,
        well,
        applied,
        generations,
        quarantine);
  }

  Fold apply(Entry entry) {
    switch (entry) {
      case Entry.Folded(AgentHistory history) -> {
        return unfolded(history);
      }
      case Entry.PassBegun begun -> pass = Math.max(pass, begun.pass());
      case Entry.Staged(Release release) -> staged(release);
      case Entry.SwitchIntent(String release) -> switching(release);
      case Entry.Switched(String release, Instant at) -> switched(release, at);
      case Entry.Healthy(Applied now, boolean restored) -> healthy(now, restored);
      case Entry.Moved moved -> moved(moved);
      case Entry.Quarantined(Quarantine now) -> quarantine = now;
      case Entry.QuarantineEnded(CommitId commit) -> quarantineEnded(commit);
      case Entry.Collected(String release) -> collected(release);
      case GenerationEntry change -> ofGeneration(change);
    }
    return this;
  }

  private void ofGeneration(GenerationEntry entry) {
    switch (entry) {
      case GenerationEntry.DrainIntent(long number, Instant at) ->
          change(
              number,
              g -> g.askedToEnd() ? g : g.following(false).with(Generation.Phase.DISMISSED, at));
      case GenerationEntry.TermIntent(long number, Instant at) ->
          change(number, g -> g.following(false).with(Generation.Phase.TERM_INTENDED, at));
      case GenerationEntry.TermSent(long number, Instant at) ->
          change(number, g -> g.with(Generation.Phase.TERM_SENT, at));
      case GenerationEntry.KillIntent ignored -> {}
      case GenerationEntry.RestIntent ignored -> {}
      case GenerationEntry.MainEnded(long number, Instant at) -> mainEnded(number, at);
      case GenerationEntry.Exited(long number, Instant at) -> exited(number, at);
      case GenerationEntry.StartIntent(Generation generation) -> starting(generation);
      case GenerationEntry.Started started ->
          change(started.generation(), g -> g.started(started.process(), started.at()));
      case GenerationEntry.Revived revived ->
          change(
              revived.generation(),
              g -> g.revived(revived.boot(), revived.process(), revived.at()));
      case GenerationEntry.Ready(long number, Instant at, String proof) ->
          change(number, g -> g.newcomer() ? g.proven(proof, at) : g);
      case GenerationEntry.Proven(long number, String proof) ->
          change(number, g -> g.proven(proof));
      case GenerationEntry.TakeOverIntent(long number, Instant at) -> takeOver(number, at);
      case GenerationEntry.TakenOver(long number, Instant at) ->
          change(number, g -> g.with(Generation.Phase.CONSUMING, at));
      case GenerationEntry.GivenUp(long number, Instant at) ->
          change(number, g -> standingBy(g, at));
    }
  }

  private static Fold unfolded(AgentHistory history) {
    Fold fold = new Fold(history);
    fold.generations.replaceAll((n, generation) -> fold.leased(generation));
    return fold;
  }

  private void staged(Release release) {
    releases.put(release.name(), release);
    lastSequence = Math.max(lastSequence, release.sequence());
  }

  private void switching(@Nullable String release) {
    well = false;
    generations.replaceAll((n, g) -> g.following(g.hasWork() && asksFor(release, g)));
  }

  private void starting(Generation generation) {
    generations.put(generation.number(), begun(generation));
    lastGeneration = Math.max(lastGeneration, generation.number());
    well = well && generation.beside();
  }

  private void quarantineEnded(CommitId commit) {
    if (quarantine != null && quarantine.commit().equals(commit)) {
      quarantine = null;
    }
  }

  private void collected(String release) {
    releases.remove(release);
    generations.replaceAll((n, g) -> g.without(release));
  }

  private static Generation standingBy(Generation generation, Instant at) {
    return generation.hasWork()
        ? generation.with(Generation.Phase.SUPERSEDED, at).following(false)
        : generation;
  }

  private void change(long number, UnaryOperator<Generation> how) {
    generations.computeIfPresent(number, (n, generation) -> how.apply(generation));
  }

  private void mainEnded(long number, Instant at) {
    Generation ended = generations.get(number);
    well = well && (ended == null || !ended.hasWork());
    change(number, g -> g.following(false).with(Generation.Phase.TERM_SENT, at));
  }

  private void exited(long number, Instant at) {
    Generation gone = generations.remove(number);
    if (gone == null) {
      return;
    }
    well = well && !gone.hasWork();
    // Their time begins now, unless another generation holds them, too.
    for (String name : gone.leases()) {
      releases.computeIfPresent(name, (n, r) -> r.usedAt(r.used(), at));
    }
  }

  /** A generation that is about to be started, with what its link lets it read. */
  private Generation begun(Generation generation) {
    return generation.beside()
        ? generation.leasing(generation.release())
        : generation.following(true).leasing(generation.release()).leasing(active);
  }

  /** One from before there were leases could have read all from its own release on. */
  private Generation leased(Generation generation) {
    if (!generation.leases().isEmpty()) {
      return generation;
    }
    Generation leased =
        generation.following(!generation.askedToEnd()).leasing(generation.release());
    Release first = releases.get(generation.release());
    for (Release release : releases.values()) {
      if (release.used() && (first == null || release.sequence() >= first.sequence())) {
        leased = leased.leasing(release.name());
      }
    }
    return leased;
  }

  /** Whether a generation does what that release asks for. */
  private boolean asksFor(@Nullable String release, Generation generation) {
    Release asked = release == null ? null : releases.get(release);
    return asked != null && asked.asksFor(generation);
  }

  private void takeOver(long number, Instant at) {
    Generation to = generations.get(number);
    if (to == null) {
      return;
    }
    well = false;
    generations.replaceAll((n, g) -> {
      if (n == number) {
        return g.with(Generation.Phase.TAKING_OVER, at).following(true).leasing(active);
      }
      return g.worker().equals(to.worker()) && g.hasWork()
          ? g.with(Generation.Phase.SUPERSEDED, at).following(false)
          : g;
    });
  }

  private void switched(@Nullable String release, Instant at) {
    well = false;
    if (active != null) {
      releases.computeIfPresent(active, (name, r) -> r.usedAt(true, at));
    }
    if (release != null) {
      releases.computeIfPresent(release, (name, r) -> r.usedAt(true, at));
    }
    active = release != null && releases.containsKey(release) ? release : null;
    generations.replaceAll((n, g) -> g.follows() ? g.leasing(active) : g);
  }

  private void healthy(Applied now, boolean restored) {
    applied = now;
    well = true;
    generations.replaceAll((n, g) ->
        g.phase() == Generation.Phase.STARTED && !g.beside()
            ? g.with(Generation.Phase.CONSUMING, g.since())
            : g);
    if (!restored) {
      quarantine = null;
    }
  }

  private void moved(Entry.Moved moved) {
    if (applied != null) {
      applied =
          new Applied(
              applied.release(), moved.commit(), moved.ref(), moved.workers(), moved.labels());
    }
    quarantine = null;
  }
}
