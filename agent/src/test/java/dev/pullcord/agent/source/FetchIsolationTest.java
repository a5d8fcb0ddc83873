package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.hostile.HostileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fetch does to the host that the agent runs on. */
class FetchIsolationTest {
  @TempDir private Path home;

  @Test
  void startsNoProgramAndWritesNothingOutsideTheMirror() throws Exception {
    TempGitRemote remote = TempGitRemote.create(home.resolve("git"));
    String commit =
        remote.push(Map.of("pullcord.yaml", HostileTree.MANIFEST, "search/p", "x"), "one");
    Path users = Path.of(System.getProperty("user.home"));
    List<Path> before = gitFiles(users);
    List<RecordedEvent> started;
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart");
      recording.start();
      fetch(remote, commit);
      recording.stop();
      Path dump = home.resolve("recording.jfr");
      recording.dump(dump);
      started = RecordingFile.readAllEvents(dump);
    }

    assertThat(started).isEmpty();
    assertThat(gitFiles(users)).isEqualTo(before);
    try (Stream<Path> files = Files.list(home.resolve("state"))) {
      assertThat(files).containsExactly(home.resolve("state/repo.git"));
    }
  }

  private void fetch(TempGitRemote remote, String commit) throws IOException {
    Path state = home.resolve("state");
    try (GitSource source =
        new GitSource(
            state.resolve("repo.git"),
            state.resolve("tmp/damaged"),
            GitRemote.ofPublic(remote.url(), "main"))) {
      assertThat(source.obtain(new CommitId(commit))).isInstanceOf(SourceResult.Obtained.class);
      source.housekeeping();
    }
  }

  private static List<Path> gitFiles(Path users) throws IOException {
    Path config = users.resolve(".config/jgit");
    if (!Files.isDirectory(config)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(config)) {
      return files.sorted().toList();
    }
  }
}
