package dev.pullcord.agent.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.history.TaskTimes;
import dev.pullcord.agent.host.process.ProcessFiles;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.protocol.id.CommitId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which releases stay, and why. */
class RetentionTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration KEEP = Duration.ofHours(48);
  private static final ProcessFiles NOTHING_OPEN =
      new ProcessFiles(Set.of(), Set.of(), Map.of(), Map.of(1L, 1L, 5L, 5L));

  private static CommitId commit(int n) {
    return new CommitId("%040x".formatted(n));
  }

  private static String name(int n) {
    return Release.name(n, commit(n));
  }

  private static Instant day(int n) {
    return NOON.plus(Duration.ofDays(n));
  }

  /** Release n becomes active on day n. */
  private static AgentHistory active(AgentHistory history, int n) {
    Release release =
        Release.staged(
            n,
            new Release.Content(commit(n), "main", Map.of()),
            Map.of(),
            Preparation.NONE,
            Map.of(),
            day(n));
    return history
        .plus(new Entry.Staged(release))
        .plus(new Entry.Switched(release.name(), day(n)))
        .plus(
            new Entry.Healthy(
                new Applied(release.name(), commit(n), "main", Map.of(), Map.of()), false));
  }

  private static AgentHistory started(AgentHistory history, long number, int release) {
    return history
        .plus(
            new GenerationEntry.StartIntent(
                Generation.intended(
                    number,
                    "grep",
                    new Generation.Origin(name(release), commit(release), "x"),
                    "boot",
                    NOON,
                    false,
                    RunnerName.PROCESS)))
        .plus(new GenerationEntry.Started(number, new ProcessId(5, 5), NOON));
  }

  private static Map<String, String> kept(
      AgentHistory history,
      Instant now,
      Duration keepFor,
      Function<Generation, Optional<TaskTimes>> tasks,
      @Nullable ProcessFiles open) {
    return new Retention(history, now, keepFor, tasks, () -> open).kept(Map.of());
  }

  private static Set<String> obsolete(AgentHistory history, Instant now, Duration keepFor) {
    Set<String> gone = new HashSet<>(history.releases().keySet());
    gone.removeAll(kept(history, now, keepFor, g -> Optional.empty(), NOTHING_OPEN).keySet());
    return gone;
  }

  /** Release 1, in which generation 1 is started, and then one a day to the last. */
  private static AgentHistory daily(int last) {
    AgentHistory history = started(active(AgentHistory.EMPTY, 1), 1, 1);
    for (int n = 2; n <= last; n++) {
      history = active(history, n);
    }
    return history;
  }

  @Test
  void aReleaseGoesWhenItsTimeIsOver() {
    AgentHistory history = active(active(active(AgentHistory.EMPTY, 1), 2), 3);

    assertThat(obsolete(history, day(3), KEEP)).isEmpty();
    assertThat(obsolete(history, day(5), KEEP)).containsExactly(name(1));
    assertThat(obsolete(history, day(999), KEEP)).containsExactlyInAnyOrder(name(1), name(2));
  }

  @Test
  void theOneToGoBackToStays() {
    AgentHistory history = active(active(AgentHistory.EMPTY, 1), 2);
    Release next =
        Release.staged(
            3,
            new Release.Content(commit(3), "main", Map.of()),
            Map.of(),
            Preparation.NONE,
            Map.of(),
            day(3));
    history = history.plus(new Entry.Staged(next)).plus(new Entry.Switched(next.name(), day(3)));

    assertThat(obsolete(history, day(999), KEEP)).containsExactly(name(1));
  }

  @Test
  void whatALivingGenerationCouldHaveResolvedStaysAndAWhileLonger() {
    AgentHistory history = active(AgentHistory.EMPTY, 1);
    history = active(started(active(history, 2), 1, 2), 3);
    history = active(history, 4);

    assertThat(obsolete(history, day(5), KEEP)).containsExactly(name(1));
    assertThat(obsolete(history, day(999), KEEP))
        .as("3 is not in use by a process")
        .containsExactlyInAnyOrder(name(1), name(3));
    AgentHistory exited = history.plus(new GenerationEntry.Exited(1, day(999)));
    assertThat(obsolete(exited, day(1000), KEEP)).containsExactly(name(1));
    assertThat(obsolete(exited, day(1002), KEEP))
        .containsExactlyInAnyOrder(name(1), name(2), name(3));
  }

  @Test
  void longOfAWorkerOfAnotherKindStaysWhatItsProcessesUse() {
    AgentHistory history = daily(9);
    ProcessFiles open =
        new ProcessFiles(Set.of(name(4)), Set.of(77L), Map.of(77L, 1L), NOTHING_OPEN.sessions());

    assertThat(kept(history, day(99), KEEP, g -> Optional.empty(), open))
        .containsOnlyKeys(name(1), name(4), name(9))
        .containsEntry(name(1), "generation 1 runs in it")
        .containsEntry(name(4), "a process has files of it open")
        .containsEntry(name(9), "active");
  }

  @Test
  void allStaysWhereItsProcessesMayNotBeLookedInto() {
    AgentHistory history = daily(9);
    ProcessFiles child =
        new ProcessFiles(Set.of(), Set.of(78L), Map.of(78L, 77L, 77L, 5L), NOTHING_OPEN.sessions());
    ProcessFiles unseen = new ProcessFiles(Set.of(), Set.of(), Map.of(), Map.of(1L, 1L));

    assertThat(kept(history, day(99), KEEP, g -> Optional.empty(), child)).hasSize(9);
    assertThat(kept(history, day(99), KEEP, g -> Optional.empty(), unseen)).hasSize(9);
    assertThat(kept(history, day(99), KEEP, g -> Optional.empty(), null)).hasSize(9);
  }

  @Test
  void ofAWorkerThatSaysItsTasksStaysWhatWasCurrentWhenOneOfThemBegan() {
    AgentHistory history = daily(9);
    TaskTimes times =
        new TaskTimes(List.of(day(3).plusSeconds(60), day(6).minusSeconds(30)), true, day(20));

    assertThat(kept(history, day(99), KEEP, g -> Optional.of(times), NOTHING_OPEN))
        .as("the second began under 5 and may have resolved 6")
        .containsOnlyKeys(name(1), name(3), name(5), name(6), name(9));
  }

  @Test
  void whatItDidNotSayYetStays() {
    AgentHistory history = daily(9);
    TaskTimes old = new TaskTimes(List.of(), true, day(6).plusSeconds(3600));
    TaskTimes more = new TaskTimes(List.of(day(6).plusSeconds(3600)), false, day(50));

    assertThat(kept(history, day(99), KEEP, g -> Optional.of(old), NOTHING_OPEN))
        .as("what it has begun since then is not known")
        .containsOnlyKeys(name(1), name(6), name(7), name(8), name(9));
    assertThat(kept(history, day(99), KEEP, g -> Optional.of(more), NOTHING_OPEN))
        .as("only those that run longest are named")
        .containsOnlyKeys(name(1), name(6), name(7), name(8), name(9));
    assertThat(kept(history, day(99), KEEP, g -> Optional.of(TaskTimes.UNKNOWN), NOTHING_OPEN))
        .hasSize(9);
  }

  @Test
  void fiveHundredSearchCommitsUnderOneWorkerThatRunsNothingLeaveABound() {
    AgentHistory history = started(active(AgentHistory.EMPTY, 1), 1, 1);
    for (int n = 2; n <= 500; n++) {
      history = active(history, n);
    }
    TaskTimes idle = new TaskTimes(List.of(), true, day(501));
    AgentHistory all = history;

    assertThat(kept(all, day(501), Duration.ofDays(9999), g -> Optional.of(idle), NOTHING_OPEN))
        .hasSize(102)
        .containsKey(name(499))
        .doesNotContainKey(name(399));
    assertThat(kept(all, day(501), Duration.ZERO, g -> Optional.of(idle), NOTHING_OPEN))
        .containsOnlyKeys(name(1), name(500));
  }

  @Test
  void whatIsDeletedIsNoLongerNotedOfAGeneration() {
    AgentHistory history = daily(9);
    for (int n : IntStream.rangeClosed(2, 8).toArray()) {
      history = history.plus(new Entry.Collected(name(n)));
    }

    assertThat(history.generations().values())
        .singleElement()
        .satisfies(g -> assertThat(g.leases()).containsExactly(name(1), name(9)));
  }

  @Test
  void whatWasJustBuiltStaysAlsoWithoutAnyKeepFor() {
    AgentHistory history =
        active(AgentHistory.EMPTY, 1)
            .plus(
                new Entry.Staged(
                    Release.staged(
                        2,
                        new Release.Content(commit(2), "main", Map.of()),
                        Map.of(),
                        Preparation.NONE,
                        Map.of(),
                        day(1))));

    assertThat(obsolete(history, day(1).plusSeconds(60), Duration.ZERO)).isEmpty();
    assertThat(obsolete(history, day(2), Duration.ZERO)).containsExactly(name(2));
  }
}
