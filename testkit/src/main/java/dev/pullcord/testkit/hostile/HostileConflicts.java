package dev.pullcord.testkit.hostile;

import static dev.pullcord.testkit.hostile.HostileShapes.FILE;
import static dev.pullcord.testkit.hostile.HostileShapes.LINK;
import static dev.pullcord.testkit.hostile.HostileShapes.TREE;
import static dev.pullcord.testkit.hostile.HostileShapes.named;
import static dev.pullcord.testkit.hostile.HostileShapes.root;

import dev.pullcord.testkit.hostile.HostileTrees.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;

/** Two things of one name, and what stands where a bundle has a directory. */
final class HostileConflicts {
  private HostileConflicts() {}

  static Stream<Case> all() {
    return Stream.of(linksBesideDirectories(), twins(), bundles(), submodules())
        .flatMap(List::stream);
  }

  /** A link and a directory of one name. */
  private static List<Case> linksBesideDirectories() {
    List<Case> cases = new ArrayList<>();
    for (boolean linkFirst : new boolean[] {true, false}) {
      cases.add(
          new Case(
              "a file below a link to the canary, link first: " + linkFirst,
              "TREE_CONFLICT",
              "one name",
              (git, canary) -> {
                Object[] link = {LINK, "a", git.blob(canary.toString())};
                Object[] tree = {TREE, "a", git.tree(FILE, "secret", git.blob("x"))};
                return git.withSearch(linkFirst ? joined(link, tree) : joined(tree, link));
              }));
      cases.add(
          new Case(
              "a link and a directory that is a bundle, link first: " + linkFirst,
              "TREE_CONFLICT",
              "stands where a bundle has a directory",
              (git, canary) -> {
                Object[] link = {LINK, "search", git.blob(canary.toString())};
                Object[] tree = {TREE, "search", git.tree(FILE, "secret", git.blob("x"))};
                Object[] manifest = {FILE, "pullcord.yaml", git.blob(HostileTree.MANIFEST)};
                return git.tree(
                    joined(manifest, linkFirst ? joined(link, tree) : joined(tree, link)));
              }));
    }
    return cases;
  }

  /** Files that have the same name or stand out of order. */
  private static List<Case> twins() {
    List<Case> cases = new ArrayList<>();
    cases.add(
        new Case(
            "a file and a directory of one name, with another between",
            "OBJECT_INVALID",
            "two entries",
            (git, canary) ->
                git.withSearch(
                    FILE,
                    "a",
                    git.blob("x"),
                    FILE,
                    "a.b",
                    git.blob("x"),
                    TREE,
                    "a",
                    git.tree(FILE, "c", git.blob("x")))));
    cases.add(
        named(
            "two files of one name",
            "OBJECT_INVALID",
            "two entries",
            FILE,
            "a",
            "1",
            FILE,
            "a",
            "2"));
    cases.add(
        named(
            "files out of order",
            "OBJECT_INVALID",
            "out of order",
            FILE,
            "b",
            "1",
            FILE,
            "a",
            "2"));
    return cases;
  }

  /** What is no directory, where a bundle has one. */
  private static List<Case> bundles() {
    ObjectId elsewhere = ObjectId.fromString("12".repeat(20));
    List<Case> cases = new ArrayList<>();
    for (String place : List.of("search", "tasks")) {
      cases.add(
          root(
              "a link for the bundle " + place,
              "TREE_CONFLICT",
              "a link stands where",
              FILE,
              "pullcord.yaml",
              HostileTree.MANIFEST,
              LINK,
              place,
              "/etc"));
      cases.add(
          root(
              "a file for the bundle " + place,
              "TREE_CONFLICT",
              "a file stands where",
              FILE,
              "pullcord.yaml",
              HostileTree.MANIFEST,
              FILE,
              place,
              "x"));
      cases.add(
          root(
              "a submodule for the bundle " + place,
              "SUBMODULE_UNSUPPORTED",
              place,
              FILE,
              "pullcord.yaml",
              HostileTree.MANIFEST,
              "160000",
              place,
              elsewhere));
    }
    return cases;
  }

  /** Other repositories inside of a bundle. */
  private static List<Case> submodules() {
    ObjectId elsewhere = ObjectId.fromString("12".repeat(20));
    List<Case> cases = new ArrayList<>();
    cases.add(
        named(
            "a submodule", "SUBMODULE_UNSUPPORTED", "\"search/lib\"", "160000", "lib", elsewhere));
    cases.add(
        named("a submodule named ..", "TREE_PATH", "\"search/..\"", "160000", "..", elsewhere));
    return cases;
  }

  private static Object[] joined(Object[] one, Object[] other) {
    return Stream.of(one, other).flatMap(Arrays::stream).toArray();
  }
}
