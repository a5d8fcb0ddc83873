package dev.pullcord.testkit.hostile;

import static dev.pullcord.testkit.hostile.HostileShapes.FILE;
import static dev.pullcord.testkit.hostile.HostileShapes.LINK;
import static dev.pullcord.testkit.hostile.HostileShapes.TREE;
import static dev.pullcord.testkit.hostile.HostileShapes.named;

import dev.pullcord.testkit.hostile.HostileTrees.Case;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/** Modes that no file has, and objects that are not what an entry says they are. */
final class HostileKinds {
  private HostileKinds() {}

  static Stream<Case> all() {
    return Stream.of(modes(), kinds(), noTrees(), roots()).flatMap(List::stream);
  }

  /** Modes that git does not write. */
  private static List<Case> modes() {
    List<Case> cases = new ArrayList<>();
    for (String mode :
        List.of(
            "120777",
            "104755",
            "102755",
            "101777",
            "106755",
            "60000",
            "60644",
            "20000",
            "10000",
            "140000",
            "100777",
            "100600",
            "100000",
            "0",
            "644",
            "755",
            "40755",
            "1100644",
            "",
            "7777777777")) {
      cases.add(named("a mode of " + mode, "TREE_MODE", "mode", mode, "odd", "x"));
    }
    for (String mode : List.of("10o644", "-100644", "+100644", "37777777777777")) {
      cases.add(named("a mode of " + mode, "OBJECT_INVALID", "not a tree", mode, "odd", "x"));
    }
    return cases;
  }

  /** Objects of another kind than their mode says. */
  private static List<Case> kinds() {
    String code = "OBJECT_INVALID";
    return List.of(
        new Case(
            "a directory that is a file",
            code,
            "\"search/d/\"",
            (git, canary) -> git.withSearch(TREE, "d", git.blob("x"))),
        new Case(
            "a file that is a directory",
            code,
            "\"search/f\"",
            (git, canary) -> git.withSearch(FILE, "f", git.tree(FILE, "a", git.blob("x")))),
        new Case(
            "a link that is a directory",
            code,
            "\"search/f\"",
            (git, canary) -> git.withSearch(LINK, "f", git.tree(FILE, "a", git.blob("x")))),
        new Case(
            "a file that is a commit",
            code,
            "\"search/f\"",
            (git, canary) ->
                git.withSearch(
                    FILE,
                    "f",
                    ObjectId.fromString(git.commit(git.tree(FILE, "a", git.blob("x")))))));
  }

  /** Bytes that are no tree. */
  private static List<Case> noTrees() {
    String code = "OBJECT_INVALID";
    return List.of(
        new Case(
            "a directory of bytes that are no tree",
            code,
            "not a tree",
            (git, canary) ->
                git.withSearch(
                    TREE, "d", git.insert(Constants.OBJ_TREE, bytes("100644 a\0short")))),
        new Case(
            "a directory that ends in a mode",
            code,
            "not a tree",
            (git, canary) ->
                git.withSearch(TREE, "d", git.insert(Constants.OBJ_TREE, bytes("100644")))),
        new Case(
            "a name with a NUL in it",
            code,
            "not a tree",
            (git, canary) -> git.withSearch(FILE, "a\0b", git.blob("x"))));
  }

  /** Roots and manifests of another kind. */
  private static List<Case> roots() {
    String code = "OBJECT_INVALID";
    return List.of(
        new Case("a root that is a file", code, "", (git, canary) -> git.blob("x")),
        new Case(
            "a root of bytes that are no tree",
            "MANIFEST_MISSING",
            "",
            (git, canary) -> git.insert(Constants.OBJ_TREE, bytes("garbage"))),
        new Case(
            "a manifest that is a directory",
            code,
            "pullcord.yaml",
            (git, canary) -> git.tree(FILE, "pullcord.yaml", git.tree())));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
