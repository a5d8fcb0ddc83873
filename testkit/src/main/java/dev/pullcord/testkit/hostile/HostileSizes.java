package dev.pullcord.testkit.hostile;

import static dev.pullcord.testkit.hostile.HostileShapes.FILE;
import static dev.pullcord.testkit.hostile.HostileShapes.LINK;
import static dev.pullcord.testkit.hostile.HostileShapes.TREE;
import static dev.pullcord.testkit.hostile.HostileShapes.bomb;
import static dev.pullcord.testkit.hostile.HostileShapes.named;
import static dev.pullcord.testkit.hostile.HostileShapes.nested;

import dev.pullcord.git.tree.TreeLimits;
import dev.pullcord.testkit.hostile.HostileTrees.Case;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;

/** Trees that are too large, too deep, or cost too much to look at. */
final class HostileSizes {
  private HostileSizes() {}

  static Stream<Case> all() {
    return Stream.of(lengths(), amounts(), bombs()).flatMap(List::stream);
  }

  /** Of names and paths, and how deep they are. */
  private static List<Case> lengths() {
    String limit = "TREE_LIMIT";
    return List.of(
        named("a name of 256 bytes", limit, "256 bytes", FILE, "x".repeat(256), "x"),
        named("a name of 256 bytes, two each", limit, "256 bytes", FILE, "é".repeat(128), "x"),
        named("a name of 70,000 bytes", limit, "70000 bytes", FILE, "x".repeat(70_000), "x"),
        new Case(
            "101 directories in each other",
            limit,
            "deeper than 100",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d", 101))),
        new Case(
            "2,000 directories in each other",
            limit,
            "deeper than 100",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d", 2_000))),
        new Case(
            "a path that no disk takes",
            limit,
            "longer than",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d".repeat(250), 20))),
        new Case(
            "a path that fits no state directory",
            limit,
            "longer than",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d".repeat(250), 16))));
  }

  /** Of files, and of the work with links. */
  private static List<Case> amounts() {
    String limit = "TREE_LIMIT";
    return List.of(
        new Case(
            "links that take hours to follow",
            limit,
            "too long to follow",
            (git, canary) -> git.withSearch(TREE, "d".repeat(250), slowLinks(git))),
        new Case(
            "six thousand names for one file of a mebibyte",
            "RELEASE_SIZE",
            "5 GiB at most",
            (git, canary) -> git.withSearch(TREE, "d", copies(git, 6_000))),
        new Case(
            "a directory of nine mebibytes",
            limit,
            "8 MiB at most",
            (git, canary) -> git.withSearch(TREE, "d", many(git, 170_000))));
  }

  /** A few hundred bytes that stand for ten thousand million paths. */
  private static List<Case> bombs() {
    String limit = "TREE_LIMIT";
    return List.of(
        new Case(
            "ten thousand million files",
            limit,
            TreeLimits.ENTRIES_MAX + " entries",
            (git, canary) -> git.withSearch(TREE, "bomb", bomb(git, FILE, git.blob("x")))),
        new Case(
            "ten thousand million links",
            limit,
            TreeLimits.ENTRIES_MAX + " entries",
            (git, canary) -> git.withSearch(TREE, "bomb", bomb(git, LINK, git.blob("n1")))),
        new Case(
            "ten thousand million directories and no file",
            limit,
            TreeLimits.ENTRIES_MAX + " entries",
            (git, canary) -> git.withSearch(TREE, "bomb", bomb(git, TREE, git.tree()))));
  }

  private static ObjectId many(HostileTree git, int entries) {
    ObjectId file = git.blob("x");
    Object[] all = new Object[3 * entries];
    for (int i = 0; i < entries; i++) {
      all[3 * i] = FILE;
      all[3 * i + 1] = "a-name-of-many-letters-%05x".formatted(i);
      all[3 * i + 2] = file;
    }
    return git.tree(all);
  }

  private static ObjectId copies(HostileTree git, int entries) {
    ObjectId file = git.blob(new byte[1 << 20]);
    Object[] all = new Object[3 * entries];
    for (int i = 0; i < entries; i++) {
      all[3 * i] = FILE;
      all[3 * i + 1] = "n%05d".formatted(i);
      all[3 * i + 2] = file;
    }
    return git.tree(all);
  }

  private static ObjectId slowLinks(HostileTree git) {
    ObjectId target = git.blob("x/../".repeat(800) + "x");
    Object[] all = new Object[3 * 1_000];
    for (int i = 0; i < 1_000; i++) {
      all[3 * i] = LINK;
      all[3 * i + 1] = "n%04d".formatted(i);
      all[3 * i + 2] = target;
    }
    ObjectId tree = git.tree(all);
    for (int level = 0; level < 9; level++) {
      tree = git.tree(TREE, "d".repeat(250), tree);
    }
    return tree;
  }
}
