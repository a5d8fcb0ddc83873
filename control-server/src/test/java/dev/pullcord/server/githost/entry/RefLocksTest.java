package dev.pullcord.server.githost.entry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.host.ServerClock;
import dev.pullcord.server.security.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefLocksTest {
  @TempDir Path directory;
  private TestServer server;
  private Git git;
  private Path bare;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new TestServer(directory.resolve("server"));
    bare = server.store().repository().getDirectory().toPath();
    git = new Git(Files.createDirectories(directory.resolve("home")));
    String base = server.url(Port.PEOPLE).replace("https://", "https://git:operator@");
    git.ok("clone", "-q", base + "/git/fleet.git", "work");
    git = new Git(directory.resolve("home/work"));
    git.ok("checkout", "-q", "-B", "main");
    git.commit("README.md", "one\n");
    git.ok("push", "-q", "origin", "main", "main:side");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void lock(String name, Duration age) throws IOException {
    Path file = Files.createFile(bare.resolve(name));
    Files.setLastModifiedTime(file, FileTime.from(ServerClock.now().minus(age)));
  }

  @Test
  void saysWhichFileLocksARefAndBlamesNoOtherPush() throws Exception {
    String before = git.ok("rev-parse", "HEAD");
    git.commit("README.md", "two\n");
    lock("refs/heads/main.lock", Duration.ofSeconds(5));

    Git.Result result = git.run("push", "origin", "main");

    assertThat(result.exit()).isNotZero();
    assertThat(String.join("\n", result.remote()))
        .contains("REF_LOCK  refs/heads/main is locked by refs/heads/main.lock")
        .doesNotContain("no longer at");
    assertThat(server.store().heads()).containsEntry("main", new CommitId(before));
  }

  @ParameterizedTest
  @ValueSource(strings = {"refs/heads/main.lock", "packed-refs.lock"})
  void removesALockThatNothingCanHoldAnyMore(String name) throws Exception {
    String two = git.commit("README.md", "two\n");
    lock(name, Duration.ofMinutes(2));

    Git.Result result = git.run("push", "origin", "main", "main:side");

    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(server.store().heads())
        .containsEntry("main", new CommitId(two))
        .containsEntry("side", new CommitId(two));
    assertThat(bare.resolve(name)).doesNotExist();
  }
}
