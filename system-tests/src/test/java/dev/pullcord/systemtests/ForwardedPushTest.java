package dev.pullcord.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Eventually;
import dev.pullcord.testkit.TestPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People who know only the address of a standby push to it, and clone from it. */
class ForwardedPushTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MIB = 1 << 20;

  @TempDir Path directory;
  private TestPostgres postgres;
  private DatabaseServer one;
  private DatabaseServer two;
  private Path tree;

  @BeforeEach
  void start() throws Exception {
    postgres = TestPostgres.start(directory.resolve("postgres"));
    one = DatabaseServer.make(directory, postgres.newDatabase());
    two = one.copy("two");
    one.start();
    Eventually.within(LIMIT).isTrue("one is active", one::isReady);
    tree = Files.createDirectory(directory.resolve("tree"));
    Files.writeString(
        tree.resolve("pullcord.yaml"),
        "version: 1\nbundles:\n  data: {paths: [data/], on-change: nothing}\n");
    git("init", "-q", "-b", "main", ".").runOrFail();
    commit("first");
  }

  @AfterEach
  void end() throws Exception {
    try (TestPostgres _ = postgres;
        DatabaseServer _ = one;
        DatabaseServer _ = two) {
      // Both end before the database does.
    }
  }

  private void standby(String heap) throws IOException {
    two.startSmall(heap);
    Eventually.within(LIMIT).isTrue("two waits", two::isStandby);
  }

  private ProgramCall git(String... arguments) {
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("HOME", directory.toString()),
            Map.entry("GIT_CONFIG_NOSYSTEM", "1"),
            Map.entry("GIT_CONFIG_GLOBAL", "/dev/null"),
            Map.entry("GIT_TERMINAL_PROMPT", "0"),
            Map.entry("GIT_AUTHOR_NAME", "Ada"),
            Map.entry("GIT_AUTHOR_EMAIL", "ada@example.org"),
            Map.entry("GIT_COMMITTER_NAME", "Ada"),
            Map.entry("GIT_COMMITTER_EMAIL", "ada@example.org"),
            Map.entry("GIT_SSL_NO_VERIFY", "1"));
    List<String> argv = new ArrayList<>(List.of("git", "-c", "http.extraHeader=" + one.basic()));
    argv.addAll(List.of("-c", "http.proxy=", "-c", "core.compression=0"));
    argv.addAll(List.of(arguments));
    return ProgramCall.of(tree, environment, argv);
  }

  private void commit(String what) {
    git("add", "--all").runOrFail();
    git("commit", "-q", "-m", what).runOrFail();
  }

  private void commitLarge(int mib) throws IOException {
    Random random = new Random(7);
    byte[] piece = new byte[MIB];
    Files.createDirectories(tree.resolve("data"));
    try (OutputStream out = Files.newOutputStream(tree.resolve("data/large"))) {
      for (int i = 0; i < mib; i++) {
        random.nextBytes(piece);
        out.write(piece);
      }
    }
    commit("large");
  }

  private static String repository(DatabaseServer server) {
    return server.url() + "/git/fleet.git";
  }

  private String head(DatabaseServer server) {
    return git("ls-remote", repository(server), "refs/heads/main").runOrFail().output();
  }

  @Test
  void largePushComesThroughASmallStandbyWithItsOutput() throws Exception {
    standby("48m");
    commitLarge(64);
    ProgramCall.Result push = git("push", repository(two), "HEAD:main").runOrFail();
    assertThat(push.output()).contains("remote: ").contains("HEAD -> main");
    assertThat(head(one)).isNotEmpty().isEqualTo(head(two));
    git("clone", "-q", repository(two), "there").runOrFail();
    assertThat(Files.mismatch(tree.resolve("data/large"), tree.resolve("there/data/large")))
        .isEqualTo(-1);
    assertThat(two.isStandby()).isTrue();
  }

  @Test
  void pushIsNotHalfDoneWhenTheActiveServerIsKilled() throws Exception {
    standby("256m");
    git("push", "-q", repository(two), "HEAD:main").runOrFail();
    final String before = head(two);
    commitLarge(64);
    CompletableFuture<ProgramCall.Result> push =
        CompletableFuture.supplyAsync(() -> git("push", repository(two), "HEAD:main").run());
    Eventually.within(LIMIT).isTrue("some of it has come", () -> received() > 4L * MIB);
    one.kill();
    ProgramCall.Result failed = push.join();
    assertThat(failed.exit()).as(failed.output()).isNotZero();
    assertThat(failed.output()).contains("error: ");
    Eventually.within(LIMIT).isTrue("two is active", two::isReady);
    assertThat(head(two)).isEqualTo(before);
    git("push", repository(two), "HEAD:main").runOrFail();
    assertThat(head(two)).isNotEqualTo(before);
  }

  /** The largest of the files that the active server has of packs. */
  private long received() {
    try (Stream<Path> files = Files.walk(directory.resolve("one/repositories"))) {
      return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).max().orElse(0);
    } catch (IOException | java.io.UncheckedIOException _) {
      return 0; // a file that was moved meanwhile
    }
  }
}
