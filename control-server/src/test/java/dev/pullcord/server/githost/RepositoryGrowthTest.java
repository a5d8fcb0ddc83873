package dev.pullcord.server.githost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.git.pack.PackMerge;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.security.Port;
import dev.pullcord.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real git pushes and fetches while the server tidies its repository. */
class RepositoryGrowthTest {
  /** 1,500 with {@code -Dpullcord.full=true}. */
  private static final int PUSHES = Boolean.getBoolean("pullcord.full") ? 1500 : 48;

  private static final int PACKS_MAX = 50;
  private static final long SEED = 20_260_301;
  private static final String MANIFEST =
      """
      version: 1
      bundles:
        search-files: {paths: [search/], on-change: nothing}
      """;

  @TempDir Path directory;
  private TestServer server;
  private Git home;
  private Git git;
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");

  @BeforeEach
  void start() throws IOException, InterruptedException {
    server = new TestServer(directory.resolve("server"));
    home = new Git(Files.createDirectories(directory.resolve("home")));
    git = clone("work");
    git.ok("checkout", "-q", "-B", "main");
    git.commit("pullcord.yaml", MANIFEST);
    git.ok("push", "-q", "origin", "main");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Git clone(String name) throws IOException, InterruptedException {
    String base = server.url(Port.PEOPLE).replace("https://", "https://git:operator@");
    home.ok("clone", "-q", base + "/git/fleet.git", name);
    return new Git(directory.resolve("home").resolve(name));
  }

  private FileRepository repository() {
    return (FileRepository) server.store().repository();
  }

  private int packs() {
    return new PackMerge(repository()).packs();
  }

  private boolean has(String object) {
    return repository().getObjectDatabase().has(ObjectId.fromString(object));
  }

  /** As if an hour had passed. */
  private void look() {
    now = now.plus(Duration.ofHours(1));
    server.store().removeUnreachable(now, List::of);
  }

  @Test
  void noPushAndNoFetchFailsWhilePacksAreMergedAndRemoved() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    List<Long> millis = new ArrayList<>();
    int most = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<Integer> fetches = threads.submit(fetching(over, SEED));
      Future<Integer> more = threads.submit(fetching(over, SEED + 1));
      Random random = new Random(SEED);
      try {
        for (int i = 0; i < PUSHES; i++) {
          pushes(random, i, millis);
          most = Math.max(most, packs());
        }
      } finally {
        over.set(true);
      }
      assertThat(fetches.get() + more.get()).isGreaterThan(2);
    }
    assertThat(most).isLessThanOrEqualTo(PACKS_MAX);
    assertThat(clone("last").ok("rev-parse", "origin/main")).isEqualTo(git.ok("rev-parse", "HEAD"));
    if (PUSHES >= 1000) {
      double first = median(millis.subList(0, 50));
      double last = median(millis.subList(millis.size() - 50, millis.size()));
      System.out.printf(
          "%d pushes: the first 50 took %.0f ms, the last 50 %.0f ms; at most %d packs%n",
          PUSHES, first, last, most);
      assertThat(last / first).isLessThan(2);
    }
  }

  /** A good push; at times one that is refused, and a look for what it left. */
  private void pushes(Random random, int i, List<Long> millis)
      throws IOException, InterruptedException {
    if (random.nextInt(6) == 0) {
      git.commit("pullcord.yaml", "version: 1\nbundles: [" + i + "]\n");
      assertThat(git.run("push", "-q", "-o", "nowait", "origin", "main").exit()).isNotZero();
      git.ok("reset", "-q", "--hard", "HEAD~1");
      look();
    }
    git.commit("search/" + random.nextInt(40), "words " + i + "\n");
    long begun = System.nanoTime();
    git.ok("push", "-q", "-o", "nowait", "origin", "main");
    millis.add((System.nanoTime() - begun) / 1_000_000);
  }

  private Callable<Integer> fetching(AtomicBoolean over, long seed) {
    return () -> {
      Random random = new Random(seed);
      int fetches = 0;
      Git mirror = clone("fetch-" + seed + "-0");
      for (; !over.get(); fetches++) {
        if (random.nextInt(3) == 0) {
          mirror.ok("fsck", "--connectivity-only", "--no-progress");
          mirror = clone("fetch-" + seed + "-" + (fetches + 1));
        } else {
          mirror.ok("fetch", "-q", "origin");
        }
      }
      mirror.ok("fsck", "--connectivity-only", "--no-progress");
      return fetches;
    };
  }

  private static double median(List<Long> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  @Test
  void keepsNothingOfARefusedPushAndTakesTheSameObjectsLater() throws Exception {
    git.commit("search/large", "words ".repeat(1000));
    String refused = git.commit("pullcord.yaml", "version: 1\nbundles: [1]\n");
    assertThat(git.run("push", "origin", "main").exit()).isNotZero();
    assertThat(has(refused)).isTrue();

    Eventually.within(Duration.ofSeconds(60))
        .isTrue(
            "what the push brought is gone",
            () -> {
              look();
              return !has(refused);
            });

    git.commit("pullcord.yaml", MANIFEST);
    git.ok("push", "-q", "origin", "main");
    assertThat(has(refused)).isTrue();
    clone("again").ok("fsck", "--full", "--no-progress");
  }

  @Test
  void keepsWhatTheFleetNeedsThoughNoBranchLeadsToIt() throws Exception {
    git.ok("checkout", "-q", "-b", "side");
    String needed = git.commit("search/side", "words\n");
    git.ok("push", "-q", "origin", "side");
    git.ok("push", "-q", "origin", ":side");
    String gone = git.commit("search/other", "words\n");
    git.ok("push", "-q", "origin", "HEAD:other");
    git.ok("push", "-q", "origin", ":other");

    Eventually.within(Duration.ofSeconds(60))
        .isTrue(
            "what nobody needs is gone",
            () -> {
              now = now.plus(Duration.ofHours(1));
              server.store().removeUnreachable(now, () -> List.of(new CommitId(needed)));
              return !has(gone);
            });

    assertThat(has(needed)).isTrue();
  }

  @Test
  void cutsTheReflogAndStillKnowsWhoPushed() throws Exception {
    Path log = repository().getDirectory().toPath().resolve("logs/refs/heads/main");
    String line = Files.readString(log).lines().findFirst().orElseThrow() + "\n";
    Files.writeString(log, line.repeat(1000));
    String commit = git.commit("search/words", "words\n");

    git.ok("push", "-q", "origin", "main");

    Eventually.within(Duration.ofSeconds(60))
        .isTrue("the reflog is short", () -> log.toFile().length() < 32 << 10);
    assertThat(server.store().pushedBy("main", new CommitId(commit))).isEqualTo("operator-owner");
  }
}
