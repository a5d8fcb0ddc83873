package dev.pullcord.testkit.hostile;

import static dev.pullcord.testkit.hostile.HostileShapes.FILE;
import static dev.pullcord.testkit.hostile.HostileShapes.LINK;
import static dev.pullcord.testkit.hostile.HostileShapes.TREE;
import static dev.pullcord.testkit.hostile.HostileShapes.named;
import static dev.pullcord.testkit.hostile.HostileShapes.root;

import dev.pullcord.protocol.id.Quoted;
import dev.pullcord.testkit.hostile.HostileTrees.Case;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** Names of files that lead elsewhere, are git's own, or are no text. */
final class HostileNames {
  private HostileNames() {}

  static Stream<Case> all() {
    return Stream.of(paths(), wholePaths(), gitNames(), controlCharacters()).flatMap(List::stream);
  }

  /** As a file, as a directory and as a link. */
  private static List<Case> paths() {
    List<Case> cases = new ArrayList<>();
    for (String name :
        List.of(
            "..",
            ".",
            "",
            "/",
            "a/b",
            "../canary/new",
            "../../../../canary/secret",
            "../../../../../canary/secret",
            "/etc/passwd",
            "a/../../../../../canary/secret",
            "a//b",
            "./a",
            "a/",
            "..//x")) {
      String shows = Quoted.of("search/" + name);
      cases.add(named("a file " + name, "TREE_PATH", shows, FILE, name, "x"));
      cases.add(named("a link " + name, "TREE_PATH", shows, LINK, name, "pattern"));
      cases.add(
          new Case(
              "a directory " + name,
              "TREE_PATH",
              shows,
              (git, canary) ->
                  git.withSearch(TREE, name, git.tree(FILE, "secret", git.blob("x")))));
    }
    return cases;
  }

  /** Of several names in one. */
  private static List<Case> wholePaths() {
    List<Case> cases = new ArrayList<>();
    cases.add(
        new Case(
            "the whole path of a file that is there",
            "TREE_PATH",
            "secret",
            (git, canary) ->
                git.withSearch(FILE, canary.resolve("secret").toString(), git.blob("x"))));
    cases.add(
        root(
            "a slash in a name at the root",
            "TREE_PATH",
            "\"search/../../../canary/secret\"",
            FILE,
            "pullcord.yaml",
            HostileTree.MANIFEST,
            FILE,
            "search/../../../canary/secret",
            "x"));
    cases.add(
        new Case(
            "a directory with a slash at the root",
            "TREE_PATH",
            "\"search/..\"",
            (git, canary) ->
                git.tree(
                    FILE,
                    "pullcord.yaml",
                    git.blob(HostileTree.MANIFEST),
                    TREE,
                    "search/..",
                    git.tree(FILE, "a", git.blob("x")))));
    return cases;
  }

  /** What some file system takes for {@code .git}. */
  private static List<Case> gitNames() {
    List<Case> cases = new ArrayList<>();
    for (String name :
        List.of(
            ".git",
            ".GIT",
            ".Git",
            ".gIt",
            ".git ",
            ".git.",
            ".git. .",
            ".git  ",
            "git~1",
            "GIT~1",
            "Git~1",
            ".g\u200cit",
            ".git\u200c",
            "\u200d.git",
            ".gi\u200et",
            ".\u200fgit",
            "\u202e.git",
            ".git\u202a",
            ".g\u206ait",
            ".git\u206f",
            "\ufeff.git",
            ".GI\u200cT")) {
      String shows = Quoted.of("search/" + name);
      cases.add(named("a file " + name, "TREE_PATH", shows, FILE, name, "x"));
      cases.add(
          new Case(
              "a directory " + name,
              "TREE_PATH",
              shows,
              (git, canary) ->
                  git.withSearch(
                      TREE, name, git.tree(FILE, "config", git.blob("[core]\nfsmonitor=id\n")))));
    }
    return cases;
  }

  /** Control characters, and bytes that are no text. */
  private static List<Case> controlCharacters() {
    List<Case> cases = new ArrayList<>();
    for (int c = 1; c < 0xa0; c = c == 31 ? 127 : c + 1) {
      String name = "a" + (char) c + "b";
      cases.add(named("a file " + name, "TREE_PATH", Quoted.of("search/" + name), FILE, name, "x"));
    }
    String[] bytes = {"ff", "c0ae", "c0aec0ae", "c0af", "eda080", "e282", "f4908080", "80", "fe"};
    for (String hex : bytes) {
      cases.add(
          named(
              "a file of the bytes " + hex,
              "TREE_PATH",
              "not UTF-8",
              FILE,
              HexFormat.of().parseHex(hex),
              "x"));
    }
    return cases;
  }
}
