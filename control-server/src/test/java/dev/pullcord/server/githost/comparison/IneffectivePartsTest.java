package dev.pullcord.server.githost.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IneffectivePartsTest {
  private static final String MANIFEST =
      """
      version: 1
      bundles:
        search: {paths: [serach/, search/words.txt], on-change: nothing}
        tasks: {paths: [search/wrds.txt, bin/]}
      workers:
        grep: {kind: process, run: [bin/grep]}
        beat: {kind: process, run: [bin/beat], nodes: {role: baet}}
      nodes:
        - {match: {role: gpuu}, workers: {grep: {env: {N: "2"}}}}
        - {match: {role: beat}, workers: {grep: {env: {N: "3"}}}}
      """;

  @TempDir Path directory;
  private RepositoryStore store;
  private CommitId commit;

  @BeforeEach
  void fill() throws IOException, InterruptedException {
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    Git git = new Git(Files.createDirectories(directory.resolve("work")));
    git.ok("init", "-q", "-b", "main");
    git.commit("search/words.txt", "one\n");
    git.commit("bin/grep", "#!/bin/sh\n");
    commit = new CommitId(git.commit("pullcord.yaml", MANIFEST));
    git.ok("push", "-q", directory.resolve("repositories/fleet.git").toString(), "main");
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatATypoMakesIneffectiveIsSaidOnceWithWhatWasMeant() throws IOException {
    List<Map<String, String>> nodes =
        List.of(Map.of("role", "beat"), Map.of("role", "gpu"), Map.of("role", "gpu", "dc", "x"));
    assertThat(new IneffectiveParts(store).of(commit, nodes))
        .containsExactly(
            "bundle search: serach/ matches no file of this commit; did you mean search/?",
            "bundle tasks: search/wrds.txt matches no file of this commit; did you mean"
                + " search/words.txt?",
            "worker beat runs nowhere: no node has role=baet; did you mean role=beat?",
            "nodes: the entry for role=gpuu changes nothing: no node has that; did you mean"
                + " role=gpu?");
  }

  @Test
  void labelsAreNotJudgedWhereThereIsNoNode() throws IOException {
    assertThat(new IneffectiveParts(store).of(commit, List.of()))
        .hasSize(2)
        .allMatch(line -> line.startsWith("bundle "));
  }
}
