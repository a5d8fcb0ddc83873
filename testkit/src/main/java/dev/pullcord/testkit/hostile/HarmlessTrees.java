package dev.pullcord.testkit.hostile;

import static dev.pullcord.testkit.hostile.HostileShapes.FILE;
import static dev.pullcord.testkit.hostile.HostileShapes.LINK;
import static dev.pullcord.testkit.hostile.HostileShapes.TREE;
import static dev.pullcord.testkit.hostile.HostileShapes.bomb;
import static dev.pullcord.testkit.hostile.HostileShapes.chain;
import static dev.pullcord.testkit.hostile.HostileShapes.named;
import static dev.pullcord.testkit.hostile.HostileShapes.nested;
import static dev.pullcord.testkit.hostile.HostileShapes.root;

import dev.pullcord.testkit.hostile.HostileTrees.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.ObjectId;

/** What looks hostile and does nothing: it is deployed exactly as it stands. */
final class HarmlessTrees {
  private HarmlessTrees() {}

  static Stream<Case> all() {
    return Stream.of(names(), contents(), depths(), outside()).flatMap(List::stream);
  }

  /** Names that only look as if. */
  private static List<Case> names() {
    List<Case> cases = new ArrayList<>();
    for (String name :
        List.of(
            "...",
            ".gitignore",
            ".gitmodules",
            ".git2",
            "git~2",
            "git",
            ".g\u0131t",
            ".g\u0456t",
            "\uff0egit",
            "a\\..\\..\\b",
            "C:\\x",
            "CON",
            "nul.txt",
            "a:b",
            "a b",
            " ",
            "-rf",
            "~",
            "$(id)",
            "`id`",
            "%2e%2e",
            "\u2024\u2024",
            "\u2025",
            "\uff0f",
            "\u2215etc",
            "a\u202etxt",
            "\ud83d\ude00",
            "e\u0301",
            "<script>",
            "x".repeat(255),
            "é".repeat(127),
            "*",
            "?")) {
      cases.add(named("harmless: a file " + name, "", "", FILE, name, "x"));
    }
    return cases;
  }

  /** Names and contents that other programs would change. */
  private static List<Case> contents() {
    List<Case> cases = new ArrayList<>();
    cases.add(named("harmless: names that differ in case", "", "", FILE, "A", "1", FILE, "a", "2"));
    cases.add(
        named(
            "harmless: names that differ in accents",
            "",
            "",
            FILE,
            "e\u0301",
            "1",
            FILE,
            "\u00e9",
            "2"));
    cases.add(
        named(
            "harmless: filters",
            "",
            "",
            FILE,
            ".gitattributes",
            "* filter=evil ident export-subst text eol=crlf\n",
            FILE,
            "a",
            "$Id$ $Format:%H$\r\n"));
    return cases;
  }

  /** Links and directories as deep as they may be. */
  private static List<Case> depths() {
    return List.of(
        named(
            "harmless: links that stay inside",
            "",
            "",
            FILE,
            "a",
            "x",
            LINK,
            "b",
            "../search/./a",
            LINK,
            "c",
            "..",
            LINK,
            "d",
            "c/search/c/run.sh",
            LINK,
            "e",
            "not/there"),
        chain("harmless: a chain of 40 links", 40, "", ""),
        new Case(
            "harmless: 98 directories in each other",
            "",
            "",
            (git, canary) -> git.withSearch(TREE, "d", nested(git, "d", 97))));
  }

  /** What no bundle has. */
  private static List<Case> outside() {
    return List.of(
        root(
            "harmless: everything outside of the bundles",
            "",
            "",
            FILE,
            "..",
            "x",
            FILE,
            ".git",
            "x",
            "160000",
            "lib",
            ObjectId.fromString("12".repeat(20)),
            FILE,
            "pullcord.yaml",
            HostileTree.MANIFEST,
            "104755",
            "su",
            "x",
            LINK,
            "z",
            "/etc/passwd"),
        new Case(
            "harmless: ten thousand million files outside of the bundles",
            "",
            "",
            (git, canary) ->
                git.tree(
                    TREE,
                    "bomb",
                    bomb(git, FILE, git.blob("x")),
                    FILE,
                    "pullcord.yaml",
                    git.blob(HostileTree.MANIFEST))));
  }
}
