package dev.pullcord.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.error.CodedText;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.testkit.TempGitRemote;
import dev.pullcord.testkit.hostile.HostileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A remote with the files of a manifest, and a source that fetches from it. */
abstract class GitSourceCase {
  @TempDir Path home;
  TempGitRemote remote;
  Path mirror;
  final Deltas.Sent sentPacks = new Deltas.Sent();
  GitSource source;

  @BeforeEach
  void make() throws IOException {
    remote = TempGitRemote.create(home.resolve("git"));
    mirror = home.resolve("state/repo.git");
    source = open(GitRemote.ofPublic(remote.url(), "main"));
  }

  @AfterEach
  void close() {
    source.close();
  }

  final GitSource open(GitRemote from) throws IOException {
    return new GitSource(mirror, home.resolve("state/tmp/damaged"), from);
  }

  final CommitId push(String pattern) {
    Map<String, String> files =
        Map.of("pullcord.yaml", HostileTree.MANIFEST, "search/p", pattern, "run.sh", "#!/bin/sh");
    return new CommitId(remote.push(files, pattern));
  }

  final Snapshot obtained(CommitId commit) {
    SourceResult result = source.obtain(commit);
    assertThat(result).isInstanceOf(SourceResult.Obtained.class);
    return ((SourceResult.Obtained) result).snapshot();
  }

  /** What the log says of it, with its code; people are told the same without. */
  final String unavailable(CommitId commit) {
    SourceResult result = source.obtain(commit);
    assertThat(result).isInstanceOf(SourceResult.Unavailable.class);
    SourceResult.Unavailable unavailable = (SourceResult.Unavailable) result;
    assertThat(unavailable.reason()).isEqualTo(CodedText.sentence(unavailable.log()));
    return unavailable.log();
  }

  final String content(Snapshot snapshot, String path) throws IOException {
    try (InputStream in =
        source.open(Objects.requireNonNull(snapshot.files().get(path)).objectId())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  final List<Path> packs() throws IOException {
    try (Stream<Path> files = Files.list(mirror.resolve("objects/pack"))) {
      return files.filter(f -> f.toString().endsWith(".pack")).toList();
    }
  }
}
