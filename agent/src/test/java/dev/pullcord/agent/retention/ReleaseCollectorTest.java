package dev.pullcord.agent.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.history.Entry;
import dev.pullcord.agent.history.Preparation;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.journal.JournalProbe;
import dev.pullcord.agent.rights.Rights;
import dev.pullcord.agent.state.StateDirectory;
import dev.pullcord.agent.status.KeptReleases;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseCollectorTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Duration KEEP = Duration.ofHours(48);

  @TempDir Path temp;

  @Test
  void whatTheJournalDoesNotKnowGoesAtOnceAndLogsOfOldGenerationsGoToo() throws IOException {
    try (StateDirectory directory = StateDirectory.open(temp.resolve("state"));
        Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      Files.createDirectories(directory.release("000009-foreign/sub"));
      for (int n = 1; n <= 25; n++) {
        Files.createDirectories(directory.generation(n));
      }
      Files.writeString(directory.workersAtBoot(), "2 grep\n");

      new ReleaseCollector(
              directory, journal, KEEP, g -> Optional.empty(), Rights.same(), new ReleaseHolds())
          .collect(NOON);

      assertThat(directory.releases()).isEmptyDirectory();
      assertThat(directory.generation(1)).doesNotExist();
      assertThat(directory.generation(2)).as("for the next boot").exists();
      assertThat(directory.generation(5)).doesNotExist();
      assertThat(directory.generation(6)).exists();
      assertThat(directory.generation(25)).exists();
    }
  }

  @Test
  void whatIsKeptAndWhyIsWrittenDownForStatus() throws IOException {
    try (StateDirectory directory = StateDirectory.open(temp.resolve("state"));
        Journal journal = Journal.open(directory, JournalProbe.NONE)) {
      for (int n = 1; n <= 3; n++) {
        CommitId commit = new CommitId("%040x".formatted(n));
        Release release =
            Release.staged(
                n,
                new Release.Content(commit, "main", Map.of()),
                Map.of(),
                Preparation.NONE,
                Map.of(),
                NOON);
        Files.createDirectory(directory.release(release.name()));
        Files.writeString(directory.release(release.name()).resolve("file"), "x");
        journal.append(new Entry.Staged(release));
        journal.append(new Entry.Switched(release.name(), NOON));
      }

      new ReleaseCollector(
              directory, journal, KEEP, g -> Optional.empty(), Rights.same(), new ReleaseHolds())
          .collect(NOON);

      assertThat(KeptReleases.text(directory.root(), Instant.now()).orElseThrow())
          .startsWith("3 kept, 0.0 MiB, oldest 000001-000000000000 from ")
          .contains(": 2 keep-for 2d, 1 active");
    }
  }
}
