package dev.pullcord.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryLeftoversTest {
  @TempDir Path git;

  @BeforeEach
  void make() throws IOException {
    for (String directory : List.of("refs/heads/team", "refs/tags", "objects/pack", "logs")) {
      Files.createDirectories(git.resolve(directory));
    }
  }

  private void file(String path) throws IOException {
    Files.createDirectories(git.resolve(path).getParent());
    Files.writeString(git.resolve(path), "x");
  }

  @Test
  void namesExactlyWhatAKilledProcessHasLeft() throws IOException {
    List<String> leftovers =
        List.of(
            "HEAD.lock",
            "packed-refs.lock",
            "config.lock",
            "shallow.lock",
            "gc.pid",
            "refs/heads/main.lock",
            "refs/heads/team/deep/a.lock",
            "refs/tags/v1.lock",
            "objects/incoming_123.pack",
            "objects/incoming_123.idx",
            "objects/noz77.tmp",
            "objects/pack/gc_99.pack_tmp",
            "objects/pack/pack-12ab.keep",
            "objects/info/commit-graph.lock");
    for (String path : leftovers) {
      file(path);
    }

    assertThat(RepositoryLeftovers.in(git))
        .containsExactlyInAnyOrderElementsOf(leftovers.stream().map(git::resolve).toList());
  }

  @Test
  void leavesABranchWhateverItIsCalled() throws IOException {
    for (String path :
        List.of(
            "refs/heads/incoming_orders",
            "refs/heads/incoming_1.pack",
            "refs/heads/team/incoming_2",
            "refs/heads/noz1.tmp",
            "refs/heads/gc.pid",
            "refs/heads/gc_1.pack_tmp",
            "refs/tags/incoming_3",
            "logs/refs/heads/incoming_orders",
            "objects/12/34567890123456789012345678901234567890",
            "objects/pack/pack-1.pack",
            "objects/incoming_orders",
            "HEAD",
            "packed-refs",
            "config")) {
      file(path);
    }

    assertThat(RepositoryLeftovers.in(git)).isEmpty();
  }

  @Test
  void followsNoLink() throws IOException {
    Path elsewhere = Files.createDirectories(git.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("a.lock"), "x");
    Files.createSymbolicLink(git.resolve("refs/heads/link"), elsewhere);
    Files.createSymbolicLink(git.resolve("refs/heads/b.lock"), elsewhere.resolve("a.lock"));

    assertThat(RepositoryLeftovers.in(git)).isEmpty();
  }

  @Test
  void findsAPackWithoutItsIndex() throws IOException {
    file("objects/pack/pack-1.pack");
    file("objects/pack/pack-2.pack");
    file("objects/pack/pack-2.idx");

    assertThat(RepositoryLeftovers.halves(git))
        .containsExactly(git.resolve("objects/pack/pack-1.pack"));
  }
}
