package dev.pullcord.agent.history;

import static dev.pullcord.agent.fake.Samples.commit;
import static dev.pullcord.agent.fake.Samples.intended;
import static dev.pullcord.agent.fake.Samples.release;
import static dev.pullcord.agent.fake.Samples.workers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.process.ProcessId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What each kind of entry changes, and that it changes nothing else. */
class FoldTest {
  private static final ProcessId OLD = new ProcessId(51, 7);
  private static final ProcessId NEW = new ProcessId(52, 7);
  private static final Quarantine QUARANTINE =
      new Quarantine(commit(2), "check exited 1", 0, at(0), Map.of());

  /** Release 1 is active, and generation 1 works in it. */
  private static final AgentHistory WORKS =
      after(
          AgentHistory.EMPTY,
          new Entry.PassBegun(1, commit(1), 1),
          new Entry.Staged(release(1, "grep=1")),
          new Entry.Switched(name(1), at(1)),
          new GenerationEntry.StartIntent(intended(1, 1, "1", false)),
          new GenerationEntry.Started(1, OLD, at(2)),
          new Entry.Healthy(applied(1, "grep=1"), false));

  /** Release 2 asks for another worker, and release 3 for the same as release 1. */
  private static final AgentHistory STAGED =
      after(WORKS, new Entry.Staged(release(2, "grep=2")), new Entry.Staged(release(3, "grep=1")));

  private static final AgentHistory BESIDE =
      after(
          STAGED,
          new GenerationEntry.StartIntent(intended(2, 2, "2", true)),
          new GenerationEntry.Started(2, NEW, at(4)));

  private static final AgentHistory TAKES_OVER =
      after(
          BESIDE,
          new GenerationEntry.Ready(2, at(5), null),
          new GenerationEntry.TakeOverIntent(2, at(6)));

  private record Case(AgentHistory before, Entry entry, String... changes) {
    @Override
    public String toString() {
      return entry.toString();
    }
  }

  private static Stream<Case> cases() {
    return Stream.of(ofReleases(), ofStarts(), ofWork(), ofEnds()).flatMap(List::stream);
  }

  private static List<Case> ofReleases() {
    return List.of(
        new Case(AgentHistory.EMPTY, new Entry.PassBegun(7, commit(1), 3), "pass: 0 > 7"),
        new Case(after(WORKS, new Entry.PassBegun(9, commit(1), 3)), pass(8)),
        new Case(
            AgentHistory.EMPTY,
            new Entry.Folded(AgentHistory.EMPTY.plus(new Entry.Staged(release(1, "grep=1")))),
            "release 1: - > unused 0",
            "sequence: 0 > 1"),
        new Case(
            WORKS,
            new Entry.Staged(release(2, "grep=2")),
            "release 2: - > unused 0",
            "sequence: 1 > 2"),
        new Case(
            STAGED,
            new Entry.SwitchIntent(name(2)),
            "generation 1: CONSUMING 2 follows [1] > CONSUMING 2 [1]",
            "well: true > false"),
        new Case(STAGED, new Entry.SwitchIntent(name(3)), "well: true > false"),
        new Case(
            STAGED,
            new Entry.SwitchIntent(null),
            "generation 1: CONSUMING 2 follows [1] > CONSUMING 2 [1]",
            "well: true > false"),
        new Case(
            STAGED,
            new Entry.Switched(name(3), at(9)),
            "active: 1 > 3",
            "generation 1: CONSUMING 2 follows [1] > CONSUMING 2 follows [1, 3]",
            "release 1: used 1 from 1 > used 9 from 1",
            "release 3: unused 0 > used 9 from 9",
            "well: true > false"),
        new Case(
            STAGED,
            new Entry.Switched(null, at(9)),
            "active: 1 > -",
            "release 1: used 1 from 1 > used 9 from 1",
            "well: true > false"),
        new Case(
            after(STAGED, new Entry.Switched(name(3), at(9))),
            new Entry.Collected(name(1)),
            "generation 1: CONSUMING 2 follows [1, 3] > CONSUMING 2 follows [3]",
            "release 1: used 9 from 1 > -"),
        new Case(WORKS, new Entry.Quarantined(QUARANTINE), "quarantine: - > 2"),
        new Case(
            after(WORKS, new Entry.Quarantined(QUARANTINE)),
            new Entry.QuarantineEnded(commit(2)),
            "quarantine: 2 > -"),
        new Case(
            after(WORKS, new Entry.Quarantined(QUARANTINE)), new Entry.QuarantineEnded(commit(1))),
        new Case(
            after(WORKS, new Entry.Quarantined(QUARANTINE)),
            new Entry.Moved(commit(3), "main", workers("grep=1"), Map.of()),
            "applied: 1 of 1 > 1 of 3",
            "quarantine: 2 > -"),
        new Case(
            AgentHistory.EMPTY, new Entry.Moved(commit(3), "main", workers("grep=1"), Map.of())));
  }

  private static List<Case> ofStarts() {
    return List.of(
        new Case(
            STAGED,
            new GenerationEntry.StartIntent(intended(2, 2, "2", true)),
            "generation 2: - > INTENDED 0 beside [2]",
            "number: 1 > 2"),
        new Case(
            STAGED,
            new GenerationEntry.StartIntent(intended(2, 2, "2", false)),
            "generation 2: - > INTENDED 0 follows [1, 2]",
            "number: 1 > 2",
            "well: true > false"),
        new Case(
            after(STAGED, new GenerationEntry.StartIntent(intended(2, 2, "2", true))),
            new GenerationEntry.Started(2, NEW, at(4)),
            "generation 2: INTENDED 0 beside [2] > STARTED 4 beside [2]"),
        new Case(BESIDE, new GenerationEntry.Revived(2, "next", NEW, at(8))),
        new Case(
            BESIDE,
            new GenerationEntry.Revived(2, "next", OLD, at(8)),
            "generation 2: STARTED 4 beside [2] > STARTED 8 [2]"),
        new Case(
            TAKES_OVER,
            new GenerationEntry.Revived(2, "next", OLD, at(8)),
            "generation 2: TAKING_OVER 6 beside follows [1, 2] > CONSUMING 8 follows [1, 2]"),
        new Case(
            BESIDE,
            new GenerationEntry.Ready(2, at(5), "ping"),
            "generation 2: STARTED 4 beside [2] > READY 5 beside [2] by ping"),
        new Case(WORKS, new GenerationEntry.Ready(1, at(5), "ping")),
        new Case(
            WORKS,
            new GenerationEntry.Proven(1, "ping"),
            "generation 1: CONSUMING 2 follows [1] > CONSUMING 2 follows [1] by ping"));
  }

  private static List<Case> ofWork() {
    return List.of(
        new Case(
            after(BESIDE, new GenerationEntry.Ready(2, at(5), null)),
            new GenerationEntry.TakeOverIntent(2, at(6)),
            "generation 1: CONSUMING 2 follows [1] > SUPERSEDED 6 [1]",
            "generation 2: READY 5 beside [2] > TAKING_OVER 6 beside follows [1, 2]",
            "well: true > false"),
        new Case(
            TAKES_OVER,
            new GenerationEntry.TakenOver(2, at(7)),
            "generation 2: TAKING_OVER 6 beside follows [1, 2]"
                + " > CONSUMING 7 beside follows [1, 2]"),
        new Case(
            after(WORKS, new Entry.Quarantined(QUARANTINE), new Entry.Switched(name(1), at(3))),
            new Entry.Healthy(applied(1, "grep=1"), true),
            "well: false > true"),
        new Case(
            after(WORKS, new Entry.Quarantined(QUARANTINE)),
            new Entry.Healthy(applied(1, "grep=1"), false),
            "quarantine: 2 > -"),
        new Case(
            BESIDE, new Entry.Healthy(applied(3, "grep=1"), false), "applied: 1 of 1 > 3 of 3"),
        new Case(
            after(
                AgentHistory.EMPTY,
                new GenerationEntry.StartIntent(intended(1, 1, "1", false)),
                new GenerationEntry.Started(1, OLD, at(2))),
            new Entry.Healthy(applied(1, "grep=1"), false),
            "applied: - > 1 of 1",
            "generation 1: STARTED 2 follows [1] > CONSUMING 2 follows [1]",
            "well: false > true"),
        new Case(
            WORKS,
            new GenerationEntry.GivenUp(1, at(6)),
            "generation 1: CONSUMING 2 follows [1] > SUPERSEDED 6 [1]"),
        new Case(BESIDE, new GenerationEntry.GivenUp(2, at(6))));
  }

  private static List<Case> ofEnds() {
    return List.of(
        new Case(
            WORKS,
            new GenerationEntry.DrainIntent(1, at(6)),
            "generation 1: CONSUMING 2 follows [1] > DISMISSED 6 [1]"),
        new Case(
            after(WORKS, new GenerationEntry.TermSent(1, at(5))),
            new GenerationEntry.DrainIntent(1, at(6))),
        new Case(
            WORKS,
            new GenerationEntry.TermIntent(1, at(6)),
            "generation 1: CONSUMING 2 follows [1] > TERM_INTENDED 6 [1]"),
        new Case(
            after(WORKS, new GenerationEntry.TermIntent(1, at(6))),
            new GenerationEntry.TermSent(1, at(7)),
            "generation 1: TERM_INTENDED 6 [1] > TERM_SENT 7 [1]"),
        new Case(WORKS, new GenerationEntry.KillIntent(1, at(6), "ann", "it hangs")),
        new Case(WORKS, new GenerationEntry.RestIntent(1, List.of(60L), at(6))),
        new Case(
            WORKS,
            new GenerationEntry.MainEnded(1, at(6)),
            "generation 1: CONSUMING 2 follows [1] > TERM_SENT 6 [1]",
            "well: true > false"),
        new Case(
            BESIDE,
            new GenerationEntry.MainEnded(2, at(6)),
            "generation 2: STARTED 4 beside [2] > TERM_SENT 6 beside [2]"),
        new Case(
            BESIDE,
            new GenerationEntry.Exited(2, at(6)),
            "generation 2: STARTED 4 beside [2] > -",
            "release 2: unused 0 > unused 6"),
        new Case(
            WORKS,
            new GenerationEntry.Exited(1, at(6)),
            "generation 1: CONSUMING 2 follows [1] > -",
            "release 1: used 1 from 1 > used 6 from 1",
            "well: true > false"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anEntryChangesThisAndNothingElse(Case row) {
    assertThat(changes(row.before(), row.before().plus(row.entry())))
        .containsExactly(row.changes());
  }

  @Test
  void everyKindOfEntryHasACase() {
    Set<Class<?>> kinds = kinds(Entry.class).collect(Collectors.toSet());

    assertThat(cases().map(row -> row.entry().getClass()).collect(Collectors.toSet()))
        .hasSizeGreaterThan(20)
        .isEqualTo(kinds);
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(FoldTest::kinds)
        : Stream.of(type);
  }

  @Test
  void whatIsSaidOfAnUnknownGenerationChangesNothing() {
    List<Entry> entries =
        List.of(
            new GenerationEntry.DrainIntent(9, at(6)),
            new GenerationEntry.TermIntent(9, at(6)),
            new GenerationEntry.TermSent(9, at(6)),
            new GenerationEntry.MainEnded(9, at(6)),
            new GenerationEntry.Exited(9, at(6)),
            new GenerationEntry.Started(9, NEW, at(6)),
            new GenerationEntry.Revived(9, "next", NEW, at(6)),
            new GenerationEntry.Ready(9, at(6), "ping"),
            new GenerationEntry.Proven(9, "ping"),
            new GenerationEntry.TakeOverIntent(9, at(6)),
            new GenerationEntry.TakenOver(9, at(6)),
            new GenerationEntry.GivenUp(9, at(6)));

    assertThat(entries).allSatisfy(entry -> assertThat(BESIDE.plus(entry)).isEqualTo(BESIDE));
  }

  @Test
  void aSwitchToAnUnknownReleaseLeavesNoneActive() {
    assertThat(changes(WORKS, WORKS.plus(new Entry.Switched(name(7), at(9)))))
        .contains("active: 1 > -");
  }

  @Test
  void aGenerationFromBeforeLeasesMayReadAllReleasesSinceItsOwnThatWereUsed() {
    AgentHistory switched = STAGED.plus(new Entry.Switched(name(3), at(9)));
    Generation now = Objects.requireNonNull(switched.generations().get(1L));
    Generation old = now.without(name(1)).without(name(3)).following(false);
    AgentHistory stored =
        new AgentHistory(
            switched.pass(),
            switched.lastSequence(),
            switched.lastGeneration(),
            switched.releases(),
            switched.active(),
            switched.well(),
            switched.applied(),
            Map.of(1L, old),
            switched.quarantine());

    assertThat(AgentHistory.EMPTY.plus(new Entry.Folded(stored))).isEqualTo(switched);
  }

  private static Entry pass(long number) {
    return new Entry.PassBegun(number, commit(1), 3);
  }

  private static AgentHistory after(AgentHistory history, Entry... entries) {
    for (Entry entry : entries) {
      history = history.plus(entry);
    }
    return history;
  }

  private static Applied applied(int n, String... workers) {
    return new Applied(name(n), commit(n), "main", workers(workers), Map.of());
  }

  private static String name(int n) {
    return Release.name(n, commit(n));
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }

  /** Each part that differs: its name, how it was, how it is. */
  private static List<String> changes(AgentHistory before, AgentHistory after) {
    Map<String, String> was = parts(before);
    Map<String, String> is = parts(after);
    Set<String> names = new TreeSet<>(was.keySet());
    names.addAll(is.keySet());
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      String from = was.getOrDefault(name, "-");
      String to = is.getOrDefault(name, "-");
      if (!from.equals(to)) {
        changes.add(name + ": " + from + " > " + to);
      }
    }
    return changes;
  }

  private static Map<String, String> parts(AgentHistory history) {
    Map<String, String> parts = new TreeMap<>();
    parts.put("pass", "" + history.pass());
    parts.put("sequence", "" + history.lastSequence());
    parts.put("number", "" + history.lastGeneration());
    parts.put("active", number(history.active()));
    parts.put("well", "" + history.well());
    Applied applied = history.applied();
    if (applied != null) {
      parts.put("applied", number(applied.release()) + " of " + number(applied.commit().value()));
    }
    Quarantine quarantine = history.quarantine();
    if (quarantine != null) {
      parts.put("quarantine", number(quarantine.commit().value()));
    }
    history.releases().values().forEach(r -> parts.put("release " + r.sequence(), text(r)));
    history.generations().values().forEach(g -> parts.put("generation " + g.number(), text(g)));
    return parts;
  }

  private static String number(@Nullable String name) {
    return name == null ? "-" : "" + Long.parseLong(name.replaceFirst("-.*", ""));
  }

  private static String text(Release release) {
    Instant from = release.activeFrom();
    return (release.used() ? "used " : "unused ")
        + release.lastUsed().getEpochSecond()
        + (from == null ? "" : " from " + from.getEpochSecond());
  }

  private static String text(Generation generation) {
    return generation.phase()
        + " "
        + generation.since().getEpochSecond()
        + (generation.beside() ? " beside" : "")
        + (generation.follows() ? " follows " : " ")
        + generation.leases().stream().map(FoldTest::number).toList()
        + (generation.proof() == null ? "" : " by " + generation.proof());
  }
}
