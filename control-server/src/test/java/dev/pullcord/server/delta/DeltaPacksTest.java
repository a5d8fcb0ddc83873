package dev.pullcord.server.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaPacksTest {
  @TempDir private Path directory;
  private final AtomicLong nanos = new AtomicLong();
  private RepositoryStore store;
  private Git git;

  @BeforeEach
  void open() throws IOException, InterruptedException {
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    git = new Git(Files.createDirectories(directory.resolve("work")));
    git.ok("init", "-q", "-b", "main");
  }

  @AfterEach
  void close() {
    store.close();
  }

  private CommitId commit(String words) throws IOException, InterruptedException {
    CommitId commit = new CommitId(git.commit("search/words", words + "\n"));
    git.ok("push", "-q", store.repository().getDirectory().toString(), "HEAD:main");
    return commit;
  }

  @Test
  void aPackThatCouldNotBeMadeForAPassingReasonIsMadeLater() throws Exception {
    CommitId have = commit("one");
    CommitId want = commit("two");
    String blob = git.ok("rev-parse", "HEAD:search/words");
    Path file =
        store
            .repository()
            .getDirectory()
            .toPath()
            .resolve("objects/" + blob.substring(0, 2) + "/" + blob.substring(2));
    Path away = directory.resolve("away");
    DeltaPacks packs = new DeltaPacks(store, nanos::get);
    Files.move(file, away);
    assertThat(packs.pack(have, want)).isEmpty();

    Files.move(away, file);

    assertThat(packs.pack(have, want)).as("not at once for each node").isEmpty();
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(packs.pack(have, want)).isPresent();
  }
}
