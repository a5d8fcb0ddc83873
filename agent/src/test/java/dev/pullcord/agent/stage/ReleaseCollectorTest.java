package dev.pullcord.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.ProcessId;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Applied;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.journal.Preparation;
import dev.pullcord.agent.journal.Release;
import dev.pullcord.agent.journal.RunnerName;
import dev.pullcord.agent.journal.StateDirectory;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseCollectorTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration KEEP = Duration.ofHours(48);

  @TempDir Path temp;

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
        new Release(
            name(n),
            n,
            commit(n),
            "main",
            Map.of(),
            Map.of(),
            Preparation.NONE,
            false,
            day(n),
            Map.of());
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
            new Entry.StartIntent(
                new Generation(
                    number,
                    "grep",
                    name(release),
                    commit(release),
                    "x",
                    "boot",
                    null,
                    NOON,
                    Generation.Phase.INTENDED,
                    NOON,
                    false,
                    true,
                    Set.of(),
                    null,
                    RunnerName.PROCESS)))
        .plus(new Entry.Started(number, new ProcessId(5, 5), NOON));
  }

  @Test
  void aReleaseGoesWhenItsTimeIsOver() {
    AgentHistory history = active(active(active(AgentHistory.EMPTY, 1), 2), 3);

    assertThat(ReleaseCollector.obsolete(history, day(3), KEEP)).isEmpty();
    assertThat(ReleaseCollector.obsolete(history, day(5), KEEP)).containsExactly(name(1));
    assertThat(ReleaseCollector.obsolete(history, day(999), KEEP))
        .containsExactlyInAnyOrder(name(1), name(2));
  }

  @Test
  void theOneToGoBackToStays() {
    AgentHistory history = active(active(AgentHistory.EMPTY, 1), 2);
    Release next =
        new Release(
            name(3),
            3,
            commit(3),
            "main",
            Map.of(),
            Map.of(),
            Preparation.NONE,
            false,
            day(3),
            Map.of());
    history = history.plus(new Entry.Staged(next)).plus(new Entry.Switched(next.name(), day(3)));

    assertThat(ReleaseCollector.obsolete(history, day(999), KEEP)).containsExactly(name(1));
  }

  @Test
  void whatALivingGenerationCouldHaveResolvedStaysAndAWhileLonger() {
    AgentHistory history = active(AgentHistory.EMPTY, 1);
    history = active(started(active(history, 2), 1, 2), 3);
    history = active(history, 4);

    assertThat(ReleaseCollector.obsolete(history, day(999), KEEP)).containsExactly(name(1));
    AgentHistory exited = history.plus(new Entry.Exited(1, day(999)));
    assertThat(ReleaseCollector.obsolete(exited, day(1000), KEEP)).containsExactly(name(1));
    assertThat(ReleaseCollector.obsolete(exited, day(1002), KEEP))
        .containsExactlyInAnyOrder(name(1), name(2), name(3));
  }

  @Test
  void whatTheJournalDoesNotKnowGoesAtOnceAndLogsOfOldGenerationsGoToo() throws IOException {
    try (StateDirectory directory = StateDirectory.open(temp.resolve("state"));
        Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      Files.createDirectories(directory.release("000009-foreign/sub"));
      for (int n = 1; n <= 25; n++) {
        Files.createDirectories(directory.generation(n));
      }
      Files.writeString(directory.workersAtBoot(), "2 grep\n");

      new ReleaseCollector(directory, journal, KEEP).collect(NOON);

      assertThat(directory.releases()).isEmptyDirectory();
      assertThat(directory.generation(1)).doesNotExist();
      assertThat(directory.generation(2)).as("for the next boot").exists();
      assertThat(directory.generation(5)).doesNotExist();
      assertThat(directory.generation(6)).exists();
      assertThat(directory.generation(25)).exists();
    }
  }
}
