package dev.pullcord.server.githost.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.desired.CommitSource.CommitInfo;
import dev.pullcord.server.desired.CommitSource.Resolution;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.comparison.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryStoreTest {
  @TempDir Path directory;
  private RepositoryStore store;
  private Git git;
  private String first;
  private String second;

  @BeforeEach
  void fill() throws IOException, InterruptedException {
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    git = new Git(Files.createDirectories(directory.resolve("work")));
    git.ok("init", "-q", "-b", "main");
    first = git.commit("README.md", "hello\n");
    git.ok("tag", "-m", "the first", "v1");
    second = git.commit("pullcord.yaml", "version: 1\nbundles: 7\n");
    git.ok("push", "-q", directory.resolve("repositories/fleet.git").toString(), "main", "v1");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void resolvesBranchesTagsAndCommits() {
    assertThat(store.heads()).containsOnlyKeys("main").containsValue(new CommitId(second));
    assertThat(store.resolve("main"))
        .isEqualTo(new Resolution.Branch("main", new CommitId(second)))
        .isEqualTo(store.resolve("refs/heads/main"));
    assertThat(store.resolve("v1")).isEqualTo(new Resolution.Fixed(new CommitId(first)));
    assertThat(store.resolve(first.substring(0, 7)))
        .isEqualTo(new Resolution.Fixed(new CommitId(first)));
    assertThat(store.defaultBranch()).isEqualTo("main");
  }

  private void restart() throws IOException {
    store.close();
    store = RepositoryStore.open(directory.resolve("repositories"));
  }

  @Test
  void keepsABranchWhateverItIsCalledOverARestart() throws Exception {
    String url = directory.resolve("repositories/fleet.git").toString();
    git.ok("push", "-q", url, "main:incoming_orders", "main:team/incoming_2", "main:noz1.tmp");
    Path bare = directory.resolve("repositories/fleet.git");
    Files.writeString(bare.resolve("objects/incoming_12.pack"), "half");
    Files.createFile(bare.resolve("refs/heads/main.lock"));

    restart();

    assertThat(store.heads())
        .containsOnlyKeys("main", "incoming_orders", "team/incoming_2", "noz1.tmp");
    assertThat(bare.resolve("objects/incoming_12.pack")).doesNotExist();
    assertThat(bare.resolve("refs/heads/main.lock")).doesNotExist();
  }

  @Test
  void aLogOfABranchThatAFullDiskCutOffKeepsNoPushFromItsNodes() throws Exception {
    Path bare = directory.resolve("repositories/fleet.git");
    Path log = bare.resolve("logs/refs/heads/main");
    Files.createDirectories(log.getParent());
    String line = first + " " + second + " ada <ada@pullcord> 1767225600 +0000\tpush\n";
    for (String before :
        List.of("", first.substring(0, 17), "\0".repeat(64), "no line of a log\n")) {
      Files.writeString(log, before + line);
      assertThat(store.pushedBy("main", new CommitId(second))).as(before).isEqualTo("ada");
      assertThat(store.pushedBy("main", new CommitId(first))).as(before).isEqualTo("unknown");
    }
    Files.delete(log);
    assertThat(store.pushedBy("main", new CommitId(second))).isEqualTo("unknown");
    Files.createDirectory(log);
    assertThat(store.pushedBy("main", new CommitId(second))).isEqualTo("unknown");
  }

  @Test
  void readsAPackAgainThatAKillLeftWithoutItsIndex() throws Exception {
    Path bare = directory.resolve("repositories/fleet.git");
    new Git(bare).ok("repack", "-q", "-a", "-d");
    try (var files = Files.list(bare.resolve("objects/pack"))) {
      for (Path file : files.filter(f -> !f.toString().endsWith(".pack")).toList()) {
        Files.delete(file);
      }
    }

    restart();

    assertThat(store.commit(new CommitId(first))).isPresent();
    assertThat(store.commit(new CommitId(second))).isPresent();
  }

  @Test
  void makesADamagedIndexOfAPackAgain() throws Exception {
    Path bare = directory.resolve("repositories/fleet.git");
    new Git(bare).ok("repack", "-q", "-a", "-d");
    for (String damage : List.of("", "no index at all", "\0".repeat(2000))) {
      Files.writeString(index(bare), damage);

      restart();

      assertThat(store.commit(new CommitId(first))).as(damage).isPresent();
      assertThat(store.commit(new CommitId(second))).as(damage).isPresent();
    }
  }

  @Test
  void bringsAPackBackThatAKilledStartLeftAside() throws Exception {
    Path bare = directory.resolve("repositories/fleet.git");
    new Git(bare).ok("repack", "-q", "-a", "-d");
    Path index = index(bare);
    Path pack = Path.of(index.toString().replaceFirst("idx$", "pack"));
    Files.move(pack, Path.of(pack + ".without-index"));
    Files.move(index, Path.of(index + ".damaged"));

    restart();

    assertThat(store.commit(new CommitId(first))).isPresent();
    assertThat(store.commit(new CommitId(second))).isPresent();
  }

  private static Path index(Path bare) throws IOException {
    try (var files = Files.list(bare.resolve("objects/pack"))) {
      Path index = files.filter(f -> f.toString().endsWith(".idx")).findFirst().orElseThrow();
      Files.setPosixFilePermissions(index, PosixFilePermissions.fromString("rw-------"));
      return index;
    }
  }

  @Test
  void resolvesNothingThatNoBranchOrTagContains() throws IOException, InterruptedException {
    git.ok("checkout", "-q", "-b", "gone");
    String gone = git.commit("x", "x\n");
    String url = directory.resolve("repositories/fleet.git").toString();
    git.ok("push", "-q", url, "gone");
    assertThat(store.resolve(gone)).isInstanceOf(Resolution.Fixed.class);
    git.ok("push", "-q", url, ":gone");
    assertThat(store.resolve(gone)).isInstanceOf(Resolution.None.class);
    assertThat(store.resolve("nothing"))
        .isInstanceOfSatisfying(
            Resolution.None.class,
            n -> {
              assertThat(n.code()).isEqualTo("REF_MISSING");
              assertThat(n.detail()).contains("branches: main");
            });
    for (String typo : List.of("mian", "refs/heads/mian")) {
      assertThat(store.resolve(typo))
          .isInstanceOfSatisfying(
              Resolution.None.class, n -> assertThat(n.detail()).endsWith("; did you mean main?"));
    }
    assertThat(store.resolve(first.substring(0, 6))).isInstanceOf(Resolution.None.class);
  }

  @Test
  void saysThatANameIsBothABranchAndATag() throws IOException, InterruptedException {
    git.ok(
        "push",
        "-q",
        directory.resolve("repositories/fleet.git").toString(),
        "main:refs/heads/both",
        "main:refs/tags/both");
    assertThat(store.resolve("both"))
        .isInstanceOfSatisfying(
            Resolution.None.class, n -> assertThat(n.code()).isEqualTo("REF_AMBIGUOUS"));
    assertThat(store.resolve("refs/tags/both")).isInstanceOf(Resolution.Fixed.class);
  }

  @Test
  void readsCommitsAndManifests() {
    assertThat(store.info(new CommitId(first)))
        .contains(new CommitInfo("Change README.md", "Alice"));
    assertThat(store.info(new CommitId("0".repeat(40)))).isEmpty();
    assertThat(store.manifest(new CommitId(second)))
        .isInstanceOfSatisfying(
            ManifestResult.Invalid.class,
            m -> assertThat(m.problems().getFirst().line()).isEqualTo(2));
    assertThat(store.manifest(new CommitId(first)))
        .isInstanceOfSatisfying(
            ManifestResult.Invalid.class,
            m -> assertThat(m.problems().getFirst().code()).isEqualTo("MANIFEST_MISSING"));
  }

  @Test
  void knowsNobodyWhereTheReflogSaysNothing() {
    assertThat(store.pushedBy("main", new CommitId("0".repeat(40)))).isEqualTo("unknown");
  }

  @Test
  void readsNoConfigurationOfTheHost() throws Exception {
    SystemReader reader = SystemReader.getInstance();
    assertThat(reader.getenv("HOME")).isNull();
    assertThat(reader.getUserConfig().getSections()).isEmpty();
    assertThat(reader.getSystemConfig().getSections()).isEmpty();
    assertThat(reader.openUserConfig(null, FS.DETECTED).getFile()).isNull();
  }

  @Test
  void aDateBefore1970IsADate() {
    RevCommit old =
        RevCommit.parse(
            """
            tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
            author Alice <alice@example.org> -86400 +0000
            committer Alice <alice@example.org> 1700000000 +0000

            Old
            """
                .getBytes(StandardCharsets.UTF_8));

    assertThat(CommitAuthor.isDated(old)).isTrue();
    assertThat(CommitAuthor.when(old)).isEqualTo(Instant.parse("1969-12-31T00:00:00Z"));
  }

  @Test
  void readsACommitWhoseAuthorHasADateThatCannotBe() throws Exception {
    for (String date : List.of("@99999999999999999 +0000", "@999999999999 +0000")) {
      git.ok("commit", "-q", "--allow-empty", "-m", "Later", "--date=" + date);
      CommitId late = new CommitId(git.ok("rev-parse", "HEAD"));
      git.ok("push", "-q", directory.resolve("repositories/fleet.git").toString(), "main");

      assertThat(store.info(late)).contains(new CommitInfo("Later", "Alice"));
      assertThat(store.commit(late))
          .hasValueSatisfying(commit -> {
            assertThat(CommitAuthor.isDated(commit)).isFalse();
            assertThat(CommitAuthor.when(commit))
                .isEqualTo(Instant.ofEpochSecond(commit.getCommitTime()));
          });
      assertThat(new History(store).commits(new CommitId(second), late, 10)).isNotEmpty();
    }
    assertThat(store.commit(new CommitId(first)).map(CommitAuthor::isDated)).contains(true);
  }
}
