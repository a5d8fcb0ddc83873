package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.hostile.HostileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is done to the mirror, the next commit comes, and nobody else is blamed. */
class MirrorDamageTest {
  @TempDir private Path home;

  /** Spoils a mirror. */
  interface Damage {
    void to(Path mirror) throws IOException;
  }

  record Case(String title, Damage damage) {
    @Override
    public String toString() {
      return title;
    }
  }

  private static void each(Path mirror, String ending, Damage damage) throws IOException {
    try (Stream<Path> all = Files.walk(mirror)) {
      for (Path file : all.filter(f -> f.toString().endsWith(ending)).toList()) {
        file.toFile().setWritable(true);
        damage.to(file);
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void cut(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 12; i < bytes.length; i += 5) {
      bytes[i] ^= 0x55;
    }
    Files.write(file, bytes);
  }

  static List<Case> cases() {
    return List.of(
        new Case("config is garbage", m -> Files.writeString(m.resolve("config"), "[[[\n\0")),
        new Case("config is empty", m -> Files.writeString(m.resolve("config"), "")),
        new Case("config is missing", m -> Files.delete(m.resolve("config"))),
        new Case(
            "config is a directory",
            m -> {
              Files.delete(m.resolve("config"));
              Files.createDirectory(m.resolve("config"));
            }),
        new Case(
            "config asks for what is not known",
            m ->
                Files.writeString(
                    m.resolve("config"),
                    "[core]\nbare = true\nrepositoryformatversion = 1\n[extensions]\nodd = 1\n")),
        new Case("HEAD is missing", m -> Files.delete(m.resolve("HEAD"))),
        new Case("HEAD is garbage", m -> Files.writeString(m.resolve("HEAD"), "\0\0\0")),
        new Case("HEAD is empty", m -> Files.writeString(m.resolve("HEAD"), "")),
        new Case(
            "refs is a file",
            m -> {
              delete(m.resolve("refs"));
              Files.writeString(m.resolve("refs"), "");
            }),
        new Case("refs is missing", m -> delete(m.resolve("refs"))),
        new Case(
            "a ref is garbage", m -> Files.writeString(m.resolve("refs/server/heads/main"), "x")),
        new Case("a ref is empty", m -> Files.writeString(m.resolve("refs/server/heads/main"), "")),
        new Case(
            "a ref leads nowhere",
            m -> Files.writeString(m.resolve("refs/server/heads/main"), "12".repeat(20) + "\n")),
        new Case(
            "packed-refs is garbage", m -> Files.writeString(m.resolve("packed-refs"), "zz\n\0")),
        new Case("every pack is missing", m -> each(m, ".pack", Files::delete)),
        new Case("every index is missing", m -> each(m, ".idx", Files::delete)),
        new Case("every index is garbage", m -> each(m, ".idx", MirrorDamageTest::flip)),
        new Case("every index is cut", m -> each(m, ".idx", MirrorDamageTest::cut)),
        new Case("every pack is cut", m -> each(m, ".pack", MirrorDamageTest::cut)),
        new Case("every pack has flipped bits", m -> each(m, ".pack", MirrorDamageTest::flip)),
        new Case("every pack is empty", m -> each(m, ".pack", f -> Files.writeString(f, ""))),
        new Case(
            "objects is empty",
            m -> {
              delete(m.resolve("objects"));
              Files.createDirectory(m.resolve("objects"));
            }),
        new Case(
            "objects is a file",
            m -> {
              delete(m.resolve("objects"));
              Files.writeString(m.resolve("objects"), "");
            }),
        new Case(
            "objects are said to be elsewhere",
            m -> {
              Files.createDirectories(m.resolve("objects/info"));
              Files.writeString(m.resolve("objects/info/alternates"), "/nowhere\n");
            }),
        new Case(
            "locks were left",
            m -> {
              for (String lock :
                  List.of(
                      "config.lock",
                      "HEAD.lock",
                      "packed-refs.lock",
                      "shallow.lock",
                      "refs/server/heads/main.lock")) {
                Files.writeString(m.resolve(lock), "");
              }
            }),
        new Case(
            "it is empty",
            m -> {
              delete(m);
              Files.createDirectory(m);
            }),
        new Case("it is gone", MirrorDamageTest::delete),
        new Case(
            "it is a file",
            m -> {
              delete(m);
              Files.writeString(m, "no repository");
            }),
        new Case(
            "it is a link that leads nowhere",
            m -> {
              delete(m);
              Files.createSymbolicLink(m, m.resolveSibling("nowhere"));
            }));
  }

  @ParameterizedTest(name = "while it runs: {0}")
  @MethodSource("cases")
  void fetchesAnewWhileTheAgentRuns(Case one) throws IOException {
    heals(one, false);
  }

  /** Every third; all of them with {@code -Dpullcord.full=true}. */
  static List<Case> sample() {
    int step = Boolean.getBoolean("pullcord.full") ? 1 : 3;
    List<Case> all = cases();
    return Stream.iterate(0, i -> i < all.size(), i -> i + step).map(all::get).toList();
  }

  @ParameterizedTest(name = "before a start: {0}")
  @MethodSource("sample")
  void fetchesAnewAfterAStart(Case one) throws IOException {
    heals(one, true);
  }

  private void heals(Case one, boolean restart) throws IOException {
    Path mirror = home.resolve("state/repo.git");
    TempGitRemote remote = TempGitRemote.create(home.resolve("git"));
    GitRemote from = GitRemote.ofPublic(remote.url(), "main");
    GitSource source = new GitSource(mirror, home.resolve("state/tmp/damaged"), from);
    try {
      assertThat(source.obtain(push(remote, "one"))).isInstanceOf(SourceResult.Obtained.class);
      one.damage().to(mirror);
      if (restart) {
        source.close();
        source = new GitSource(mirror, home.resolve("state/tmp/damaged"), from);
      }
      CommitId next = push(remote, "two");

      String content = content(source, next);

      assertThat(content).isEqualTo("two");
      assertThat(content(source, push(remote, "three"))).isEqualTo("three");
    } finally {
      source.close();
    }
  }

  private static CommitId push(TempGitRemote remote, String pattern) {
    Map<String, String> files =
        Map.of("pullcord.yaml", HostileTree.MANIFEST, "search/p", pattern, "run.sh", "#!/bin/sh");
    return new CommitId(remote.push(files, pattern));
  }

  /** Flipped bits are found by whoever reads a file; the pass after that fetches anew. */
  private static String content(GitSource source, CommitId commit) throws IOException {
    IOException last = new IOException("not tried");
    for (int pass = 0; pass < 2; pass++) {
      SourceResult result = source.obtain(commit);
      assertThat(result).isInstanceOf(SourceResult.Obtained.class);
      Snapshot snapshot = ((SourceResult.Obtained) result).snapshot();
      String id = Objects.requireNonNull(snapshot.files().get("search/p")).objectId();
      try (var in = source.open(id)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }
}
