package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is fetched from a remote that anybody may read, and what is kept of it. */
class GitSourceTest extends GitSourceCase {
  @Test
  void fetchesACommitAndReadsItsFiles() throws IOException {
    CommitId commit = push("needle");

    assertThat(content(obtained(commit), "search/p")).isEqualTo("needle");
  }

  @Test
  void needsNoNetworkForWhatIsHere() throws IOException {
    CommitId one = push("one");
    CommitId two = push("two");
    obtained(two);
    Files.move(remote.bare(), home.resolve("gone.git"));

    assertThat(content(obtained(one), "search/p")).isEqualTo("one");
    assertThat(((SourceResult.Obtained) source.obtain(one)).log()).contains("already here");
  }

  @Test
  void looksAtWhatIsHereByAFewDigitsAndFetchesNothing() throws IOException {
    CommitId one = push("one");
    obtained(one);
    CommitId two = push("two");

    assertThat(source.look(one.value().substring(0, 7)))
        .isInstanceOfSatisfying(
            SourceResult.Obtained.class,
            here -> assertThat(here.snapshot().commit()).isEqualTo(one));
    assertThat(source.look(two.value()))
        .isInstanceOfSatisfying(
            SourceResult.Unavailable.class,
            gone -> {
              assertThat(gone.log()).startsWith("COMMIT_MISSING  ").contains("not on this node");
              assertThat(gone.reason()).doesNotContain("COMMIT_MISSING").contains("not on this");
            });
  }

  @Test
  void saysThatTheRemoteIsAway() throws IOException {
    CommitId commit = push("one");
    Files.move(remote.bare(), home.resolve("gone.git"));

    assertThat(unavailable(commit)).contains("there is no git repository");
  }

  @Test
  void saysThatTheRemoteDoesNotHaveTheCommit() {
    push("one");

    assertThat(unavailable(new CommitId("12".repeat(20)))).startsWith("COMMIT_MISSING  1212121");
  }

  @Test
  void followsAForcePush() throws IOException {
    obtained(push("one"));
    remote.git("checkout", "-q", "--orphan", "other");
    CommitId other = new CommitId(remote.commit(Map.of("search/p", "two"), "two"));
    remote.git("push", "-q", "--force", "origin", "HEAD:refs/heads/main");

    assertThat(content(obtained(other), "search/p")).isEqualTo("two");
  }

  @Test
  void removesLocksOfAnAgentThatWasKilled() throws IOException {
    obtained(push("one"));
    source.close();
    Path lock = mirror.resolve("refs/server/heads/main.lock");
    Files.createDirectories(lock.getParent());
    Files.writeString(lock, "");
    Path half = mirror.resolve("objects/pack/incoming_1.pack");
    Files.writeString(half, "PACK");
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    obtained(push("two"));

    assertThat(lock).doesNotExist();
    assertThat(half).doesNotExist();
  }

  @Test
  void removesALockThatAppearedWhileTheAgentRuns() throws IOException {
    obtained(push("one"));
    CommitId two = push("two");
    Path lock = mirror.resolve("refs/server/heads/main.lock");
    Files.createDirectories(lock.getParent());
    Files.writeString(lock, "");

    obtained(two);
    assertThat(lock).doesNotExist();
  }

  @Test
  void fetchesAnewWhenAPackIsMissing() throws IOException {
    CommitId commit = push("one");
    obtained(commit);
    source.close();
    for (Path pack : packs()) {
      Files.delete(pack);
    }
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
  }

  @Test
  void fetchesThePackAgainThatAKilledAgentLeftWithoutItsIndex() throws IOException {
    obtained(push("one"));
    List<Path> before = packs();
    CommitId two = push("two");
    obtained(two);
    source.close();
    for (Path pack : packs()) {
      if (!before.contains(pack)) {
        Files.delete(Path.of(pack.toString().replace(".pack", ".idx")));
      }
    }
    Files.delete(mirror.resolve("refs/server/heads/main"));
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    assertThat(content(obtained(two), "search/p")).isEqualTo("two");
  }

  @Test
  void fetchesAnewWhenAPackIsDamaged() throws IOException {
    CommitId commit = push("one");
    obtained(commit);
    source.close();
    for (Path pack : packs()) {
      byte[] bytes = Files.readAllBytes(pack);
      for (int i = 20; i < bytes.length - 20; i++) {
        bytes[i] ^= 0x55;
      }
      pack.toFile().setWritable(true);
      Files.write(pack, bytes);
    }
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
  }

  @Test
  void fetchesAnewAfterAFileCouldNotBeRead() throws IOException {
    CommitId commit = push("one");
    Snapshot snapshot = obtained(commit);
    assertThatThrownBy(() -> source.open("ab".repeat(20))).isInstanceOf(IOException.class);
    Path before = packs().getFirst();
    Files.delete(before);

    assertThat(content(obtained(commit), "search/p")).isEqualTo("one");
    assertThat(snapshot.commit()).isEqualTo(commit);
  }

  @Test
  void replacesWhatIsNoRepository() throws IOException {
    source.close();
    Files.delete(mirror.resolve("HEAD"));
    Files.writeString(mirror.resolve("junk"), "junk");
    source = open(GitRemote.ofPublic(remote.url(), "main"));

    obtained(push("one"));

    assertThat(mirror.resolve("junk")).doesNotExist();
  }

  @Test
  void refusesACommitWithoutAManifest() {
    CommitId commit = new CommitId(remote.push(Map.of("a", "b"), "no manifest"));

    assertThat(source.obtain(commit))
        .isInstanceOfSatisfying(
            SourceResult.Refused.class,
            r -> {
              assertThat(r.log().lines()).anyMatch(l -> l.startsWith("MANIFEST_MISSING  "));
              assertThat(r.reason()).isNotBlank().doesNotContain("MANIFEST_MISSING");
            });
  }

  @Test
  void knowsWhereTheBranchIs() {
    CommitId commit = push("one");

    assertThat(source.head("main")).isEqualTo(new BranchHead.At(commit));
  }

  @Test
  void namesTheBranchesThereAreWhenTheOneIsMissing() {
    push("one");
    remote.push("prod");

    assertThat(source.head("mian"))
        .isInstanceOfSatisfying(
            BranchHead.Missing.class,
            m -> assertThat(m.reason()).startsWith("REF_MISSING").endsWith("it has: main, prod"));
  }

  @Test
  void saysThatARepositoryIsEmpty() {
    assertThat(source.head("main"))
        .isInstanceOfSatisfying(
            BranchHead.Missing.class, m -> assertThat(m.reason()).startsWith("REPO_EMPTY"));
  }

  @Test
  void makesManyPacksOne() throws IOException {
    CommitId last = push("0");
    for (int i = 1; i <= 12; i++) {
      obtained(last);
      last = push(Integer.toString(i));
    }
    obtained(last);
    assertThat(packs()).hasSizeGreaterThan(10);

    source.housekeeping();

    assertThat(packs()).hasSizeLessThan(4);
    assertThat(content(obtained(last), "search/p")).isEqualTo("12");
  }

  @Test
  void keepsItsPacksFewThoughAThousandPushesComeWithinAnHour() throws Exception {
    for (int i = 0; i < 48; i++) {
      obtained(push("push " + i));
    }

    assertThat(packs()).hasSizeLessThan(48);
    obtained(push("the last one"));
  }

  @Test
  void fetchesInAdvanceWhatAPinWillLeadTo() throws IOException {
    CommitId commit = push("one");

    source.prefetch(commit);
    Files.move(remote.bare(), home.resolve("gone.git"));

    obtained(commit);
  }
}
