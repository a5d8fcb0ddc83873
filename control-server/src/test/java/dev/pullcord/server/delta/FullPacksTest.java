package dev.pullcord.server.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullPacksTest {
  @TempDir private Path directory;
  private RepositoryStore store;
  private Git git;
  private CommitId first;

  @BeforeEach
  void fill() throws IOException, InterruptedException {
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    git = new Git(Files.createDirectories(directory.resolve("work")));
    git.ok("init", "-q", "-b", "main");
    first = commit("one");
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

  private List<Path> files() throws IOException {
    try (Stream<Path> files =
        Files.list(store.repository().getDirectory().toPath().resolve("full-packs"))) {
      return files.sorted().toList();
    }
  }

  private static byte[] content(Optional<FullPacks.Opened> pack) throws IOException {
    FullPacks.Opened opened = pack.orElseThrow();
    try (InputStream in = opened.content()) {
      byte[] bytes = in.readAllBytes();
      assertThat(bytes).hasSize((int) opened.bytes());
      return bytes;
    }
  }

  @Test
  void aPackIsMadeOnceForAllWhoAskForIt() throws IOException {
    FullPacks packs = new FullPacks(store);
    byte[] once = content(packs.open(first));
    FileTime longAgo = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(files().getFirst(), longAgo);

    byte[] again = content(packs.open(first));

    assertThat(again).isEqualTo(once).startsWith('P', 'A', 'C', 'K');
    assertThat(Files.getLastModifiedTime(files().getFirst())).isEqualTo(longAgo);
  }

  @Test
  void onlyThePacksThatWereAskedForLastAreKept() throws IOException, InterruptedException {
    FullPacks packs = new FullPacks(store);
    content(packs.open(first));
    for (int i = 0; i < FullPacks.KEPT_MAX + 2; i++) {
      content(packs.open(commit("more " + i)));
      content(packs.open(first)); // which is asked for again and again
    }

    assertThat(files()).hasSize(FullPacks.KEPT_MAX);
    assertThat(files()).anyMatch(f -> f.endsWith(first.value() + ".pack"));
  }

  @Test
  void whoReadsAPackReadsItToItsEndThoughItIsDeletedMeanwhile() throws IOException {
    FullPacks packs = new FullPacks(store);
    FullPacks.Opened opened = packs.open(first).orElseThrow();
    Files.delete(files().getFirst());

    try (InputStream in = opened.content()) {
      assertThat(in.readAllBytes()).hasSize((int) opened.bytes());
    }
    assertThat(packs.open(first)).isEmpty(); // and the next one makes it again
    assertThat(content(packs.open(first))).startsWith('P', 'A', 'C', 'K');
  }

  @Test
  void whatIsTooLargeOrNotHereIsLeftToGit() throws IOException {
    FullPacks small = new FullPacks(store, 100);

    assertThat(small.open(first)).isEmpty();
    assertThat(small.open(new CommitId("12".repeat(20)))).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void aCommitThatComesLaterIsGivenThen() throws IOException, InterruptedException {
    FullPacks packs = new FullPacks(store);
    CommitId later = new CommitId(git.commit("search/words", "later\n"));
    assertThat(packs.open(later)).isEmpty();

    git.ok("push", "-q", store.repository().getDirectory().toString(), "HEAD:main");

    assertThat(content(packs.open(later))).startsWith('P', 'A', 'C', 'K');
  }

  @Test
  void whatAKilledServerLeftIsDeleted() throws IOException {
    content(new FullPacks(store).open(first));
    Path half = files().getFirst();
    Files.write(half, Arrays.copyOf(Files.readAllBytes(half), 20));

    assertThat(content(new FullPacks(store).open(first)).length).isGreaterThan(20);
  }
}
