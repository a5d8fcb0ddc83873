package dev.pullcord.server.githost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.api.PlanView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.TestServer;
import dev.pullcord.server.githost.comparison.History;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.plan.FleetPlan;
import dev.pullcord.server.security.Port;
import dev.pullcord.server.view.Selector;
import dev.pullcord.testkit.hostile.HostileTree;
import dev.pullcord.testkit.hostile.HostileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Hostile trees, pushed by the real git and asked for by a plan: both refuse what every node would
 * refuse, in a node's words. The agent's own test offers it the same trees.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostilePushTest {
  /** Git itself makes no pack of such trees: it reads what it sends. */
  private static final List<String> GIT_CANNOT_READ_IT =
      List.of(
          "malformed mode in tree entry", "too-short tree object", "empty filename in tree entry");

  private static final int SAMPLE = Boolean.getBoolean("pullcord.full") ? 1 : 5;

  private TestServer server;
  private HostileTree hostile;
  private Git git;
  private String url;
  private RepositoryStore planned;
  private Path canary;

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    server = new TestServer(directory.resolve("server"));
    server.fleet().node("web-1", "main");
    hostile = new HostileTree(directory.resolve("hostile.git"));
    git = new Git(directory.resolve("hostile.git"));
    url = server.url(Port.PEOPLE).replace("https://", "https://git:operator@") + "/git/fleet.git";
    planned = RepositoryStore.create(directory.resolve("planned"), "fleet");
    canary = Files.createDirectories(directory.resolve("canary"));
    Files.writeString(canary.resolve("secret"), "untouched");
  }

  @AfterAll
  void stop() {
    hostile.close();
    planned.close();
    server.close();
  }

  static List<HostileTrees.Case> all() {
    return HostileTrees.all().toList();
  }

  /** A fifth of each sort, and all the limits; every one with {@code -Dpullcord.full=true}. */
  static List<HostileTrees.Case> sample() {
    List<HostileTrees.Case> cases = new ArrayList<>();
    int n = 0;
    for (HostileTrees.Case one : all()) {
      boolean limit = Set.of("TREE_LIMIT", "RELEASE_SIZE").contains(one.code());
      if (limit || one.title().contains("million") || n++ % SAMPLE == 0) {
        cases.add(one);
      }
    }
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sample")
  void refusesAtThePushWhatEveryNodeWouldRefuse(HostileTrees.Case tree) throws Exception {
    String commit = hostile.commit(tree.root().make(hostile, canary), "refs/heads/h");

    Git.Result result = git.run("push", "-o", "nowait", url, "+" + commit + ":refs/heads/main");

    if (GIT_CANNOT_READ_IT.stream().anyMatch(result.output()::contains)) {
      return;
    }
    if (tree.code().isEmpty()) {
      refusedByGitItself(tree, result);
      return;
    }
    assertThat(result.exit()).as(result.output()).isNotZero();
    assertThat(result.remote())
        .as(result.output())
        .anyMatch(line -> line.startsWith(tree.code() + "  "));
  }

  /** What stands outside of the bundles does no harm on a node, but git takes no such names. */
  private void refusedByGitItself(HostileTrees.Case tree, Git.Result result) throws Exception {
    if (tree.title().equals("harmless: everything outside of the bundles")) {
      assertThat(result.remote()).anyMatch(line -> line.startsWith("TREE_PATH  "));
    } else if (tree.title().equals("harmless: a file .gitmodules")) {
      assertThat(result.remote()).anyMatch(line -> line.startsWith("OBJECT_INVALID  "));
    } else if (result.exit() != 0) {
      // The branch that it would move is that of another case: only that may be refused.
      assertThat(String.join("\n", result.remote())).startsWith("REF_NON_FF");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sample")
  void foretellsInAPlanWhatEveryNodeWouldSay(HostileTrees.Case tree) throws Exception {
    ObjectId root = tree.root().make(hostile, canary);
    String commit = hostile.commit(root, "refs/heads/p");
    take(hostile.pack(), commit);

    PlanView plan =
        new FleetPlan(server.fleet(), planned, new History(planned)).of("main", Selector.parse(""));

    if (tree.code().isEmpty()) {
      assertThat(plan.problems()).isEmpty();
    } else {
      assertThat(plan.problems().getFirst()).startsWith(tree.code() + "  ");
      assertThat(String.join("\n", plan.problems())).contains(tree.shows());
    }
  }

  private void take(byte[] pack, String commit) throws IOException {
    try (var inserter = planned.repository().newObjectInserter()) {
      var parser = inserter.newPackParser(new java.io.ByteArrayInputStream(pack));
      parser.setAllowThin(true);
      parser.parse(org.eclipse.jgit.lib.NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
    RefUpdate main = planned.repository().updateRef("refs/heads/main");
    main.setNewObjectId(ObjectId.fromString(commit));
    main.forceUpdate();
    assertThat(planned.heads()).containsEntry("main", new CommitId(commit));
  }

  static Stream<String> bombs() {
    return Stream.of("refs/heads/main", "refs/heads/side");
  }

  @ParameterizedTest
  @MethodSource("bombs")
  void survivesTenThousandMillionPathsOnAnyBranch(String ref) throws Exception {
    HostileTrees.Case bomb =
        all().stream()
            .filter(c -> c.title().equals("ten thousand million directories and no file"))
            .findFirst()
            .orElseThrow();
    String commit = hostile.commit(bomb.root().make(hostile, canary), "refs/heads/b");

    Git.Result result = git.run("push", "-o", "nowait", url, "+" + commit + ":" + ref);

    assertThat(result.output()).contains("TREE_LIMIT  ");
    assertThat(result.exit() == 0).isEqualTo(ref.endsWith("side"));
    CommitId id = new CommitId(commit);
    if (result.exit() == 0) {
      assertThat(new History(server.store()).files(null, id, 100)).hasSizeLessThanOrEqualTo(100);
      assertThat(new History(server.store()).changes(null, id))
          .hasSizeGreaterThan(1)
          .startsWith("no node can run this:")
          .noneMatch(l -> l.contains("TREE_L"));
    }
  }

  @Test
  void callsATreeOrAFileThatIsPushedAsABranchByItsName() throws Exception {
    ObjectId tree = hostile.tree("100644", "a", hostile.blob("x"));
    ObjectId blob = hostile.blob("y");
    ObjectId tag =
        hostile.insert(
            Constants.OBJ_TAG,
            ("object " + tree.name() + "\ntype tree\ntag t\ntagger A <a@b> 1 +0000\n\nm\n")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    for (ObjectId id : List.of(tree, blob, tag)) {
      git.ok("update-ref", "refs/odd/x", id.name());

      Git.Result result = git.run("push", "-o", "nowait", url, id.name() + ":refs/heads/odd");

      assertThat(result.exit()).as(result.output()).isNotZero();
      assertThat(result.output()).doesNotContain("500");
      assertThat(result.remote())
          .as(result.output())
          .anyMatch(line ->
              line.startsWith("OBJECT_INVALID  odd: ") && line.contains("a branch has to name"));
      assertThat(server.store().heads()).doesNotContainKey("odd");
    }
  }
}
