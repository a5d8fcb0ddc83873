package dev.pullcord.agent.journal;

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
        return new Fold(history);
      }
      case Entry.PassBegun begun -> pass = Math.max(pass, begun.pass());
      case Entry.Staged(Release release) -> {
        releases.put(release.name(), release);
        lastSequence = Math.max(lastSequence, release.sequence());
      }
      case Entry.TermIntent(long number, Instant at) ->
          change(number, g -> g.with(Generation.Phase.TERM_INTENDED, at));
      case Entry.TermSent(long number, Instant at) ->
          change(number, g -> g.with(Generation.Phase.TERM_SENT, at));
      case Entry.Exited(long number, Instant at) -> exited(number, at);
      case Entry.SwitchIntent intent -> well = false;
      case Entry.Switched(String release, Instant at) -> switched(release, at);
      case Entry.StartIntent(Generation generation) -> {
        generations.put(generation.number(), generation);
        lastGeneration = Math.max(lastGeneration, generation.number());
        well = false;
      }
      case Entry.Started started ->
          change(started.generation(), g -> g.started(started.process(), started.at()));
      case Entry.Healthy(Applied now, boolean restored) -> healthy(now, restored);
      case Entry.Moved moved -> moved(moved);
      case Entry.Quarantined(Quarantine now) -> quarantine = now;
      case Entry.QuarantineEnded ended -> {
        if (quarantine != null && quarantine.commit().equals(ended.commit())) {
          quarantine = null;
        }
      }
      case Entry.Collected(String release) -> releases.remove(release);
    }
    return this;
  }

  private void change(long number, UnaryOperator<Generation> how) {
    generations.computeIfPresent(number, (n, generation) -> how.apply(generation));
  }

  private void exited(long number, Instant at) {
    Generation gone = generations.remove(number);
    if (gone == null) {
      return;
    }
    well = well && gone.draining();
    Release first = releases.get(gone.release());
    if (first != null) {
      // It could have resolved any release from its own on; their time begins now.
      releases.replaceAll(
          (name, r) -> r.sequence() >= first.sequence() && r.used() ? r.usedAt(true, at) : r);
    }
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
  }

  private void healthy(Applied now, boolean restored) {
    applied = now;
    well = true;
    generations.replaceAll((n, g) ->
        g.phase() == Generation.Phase.STARTED ? g.with(Generation.Phase.WELL, g.since()) : g);
    if (!restored) {
      quarantine = null;
    }
  }

  private void moved(Entry.Moved moved) {
    if (applied != null) {
      applied = new Applied(applied.release(), moved.commit(), moved.ref(), moved.workers());
    }
    quarantine = null;
  }
}
