package dev.pullcord.server.githost.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.Git;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
  private Git git;

  @BeforeEach
  void fill() throws IOException, InterruptedException {
    store = RepositoryStore.create(directory.resolve("repositories"), "fleet");
    git = new Git(Files.createDirectories(directory.resolve("work")));
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

  /** A minified script has such words, and so has a list of object identifiers. */
  @Test
  void aWordOfManyPartsOverflowsNoStack() {
    ReleaseWords words = new ReleaseWords(new HashSet<>(), new TreeSet<>(), new TreeSet<>());
    words.add("first " + "ab.".repeat(80_000) + "end last-one.py");
    assertThat(words.all()).contains("first", "last-one.py", "end");
  }

  /** It is looked for at each push, and by whoever opens the page of a deployment. */
  @Test
  void codeOfNothingButNamesIsNotLookedThrough() throws Exception {
    StringBuilder code = new StringBuilder();
    for (int n = 0; n < 12_000; n++) {
      code.append("$V").append(n).append(' ');
    }
    String env =
        IntStream.range(0, 5000).mapToObj(n -> "W" + n + ": x").collect(Collectors.joining(", "));
    git.commit("bin/grep", code.toString());
    String manifest =
        """
        version: 1
        bundles: {tasks: {paths: [bin/]}}
        workers: {grep: {kind: process, run: [bin/grep], env: {%s}}}
        """;
    CommitId many = new CommitId(git.commit("pullcord.yaml", manifest.formatted(env)));
    git.ok("push", "-q", directory.resolve("repositories/fleet.git").toString(), "main");
    long began = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();

    assertThat(new IneffectiveParts(store).of(many, List.of())).isEmpty();

    long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - began;
    assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(5));
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

  private List<String> lines(String manifest, String code) throws Exception {
    git.commit("tasks/app.py", code);
    CommitId next = new CommitId(git.commit("pullcord.yaml", manifest));
    git.ok("push", "-q", directory.resolve("repositories/fleet.git").toString(), "main");
    return new IneffectiveParts(store).of(next, List.of(Map.of("role", "beat")));
  }

  private static final String CELERY =
      """
      version: 1
      bundles: {tasks: {paths: [tasks/]}}
      workers:
        grep:
          kind: celery
          app: tasks.app
          queues: [grpe, celery, other]
          env: {CORPSU: /srv, OMP_NUM_THREADS: "2", PYTHONUNBUFFERED: "1"}
      nodes:
        - {match: {role: beat}, workers: {grep: {env: {MDOE: fast}}}}
      """;

  @Test
  void aQueueOrAVariableThatNoCodeNamesIsSaid() throws Exception {
    String code =
        """
        app.conf.task_routes = {'tasks.grep': {'queue': 'grep'}}
        corpus = os.environ.get("CORPUS", "/srv")
        mode = os.environ['MODE']
        """;
    assertThat(lines(CELERY, code))
        .containsExactly(
            "worker grep: nothing in this commit names the queue \"grpe\"; did you mean grep?",
            "worker grep: nothing in this commit names the queue \"other\", only grep",
            "worker grep: nothing in this commit reads \"CORPSU\"; did you mean CORPUS?",
            "worker grep: nothing in this commit reads \"MDOE\"; did you mean MODE?");
  }

  @Test
  void aNameOfWhichTheCodeSaysNothingIsForALibraryOrForOtherSenders() throws Exception {
    assertThat(lines(CELERY, "app = Celery('x')\n")).isEmpty();
  }

  @Test
  void anEntryForNodesOnWhichItsWorkerDoesNotRunIsSaid() throws Exception {
    String manifest =
        """
        version: 1
        bundles: {tasks: {paths: [tasks/]}}
        workers:
          beat: {kind: process, run: [tasks/app.py], nodes: {role: beat}}
          gpu: {kind: process, run: [tasks/app.py]}
        nodes:
          - {match: {dc: sea}, workers: {beat: {env: {N: "2"}}, gpu: {env: {N: "3"}}}}
        """;
    git.commit("tasks/app.py", "x");
    CommitId next = new CommitId(git.commit("pullcord.yaml", manifest));
    git.ok("push", "-q", directory.resolve("repositories/fleet.git").toString(), "main");
    List<Map<String, String>> apart = List.of(Map.of("role", "beat"), Map.of("dc", "sea"));
    assertThat(new IneffectiveParts(store).of(next, apart))
        .containsExactly(
            "nodes: the entry for dc=sea changes nothing of beat, which runs where role=beat is: no"
                + " node has both");
    assertThat(new IneffectiveParts(store).of(next, List.of(Map.of("role", "beat", "dc", "sea"))))
        .isEmpty();
  }
}
