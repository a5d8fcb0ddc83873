package dev.pullcord.testkit.hostile;

import static dev.pullcord.testkit.hostile.HostileShapes.LINK;
import static dev.pullcord.testkit.hostile.HostileShapes.TREE;
import static dev.pullcord.testkit.hostile.HostileShapes.chain;
import static dev.pullcord.testkit.hostile.HostileShapes.named;

import dev.pullcord.testkit.hostile.HostileTrees.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Links that leave the release or go round in circles. */
final class HostileLinks {
  private HostileLinks() {}

  static Stream<Case> all() {
    return Stream.of(targets(), others(), circles()).flatMap(List::stream);
  }

  /** One link, by its target. */
  private static List<Case> targets() {
    String code = "TREE_SYMLINK";
    List<Case> cases = new ArrayList<>();
    for (String target :
        List.of(
            "/",
            "/etc/passwd",
            "//etc",
            "../..",
            "../../",
            "../../.",
            "../../x",
            "./../..",
            "..//../x",
            "../../../../canary/secret",
            "sub/../../../x",
            "../search/../../x",
            "../.pullcord/../../x",
            "none/../../../x",
            "a\u0000b",
            "\n",
            "a\u001b[2J",
            "a\u0085b",
            "",
            "x".repeat(4097))) {
      cases.add(named("a link to " + target, code, "search/l", LINK, "l", target));
    }
    return cases;
  }

  /** Links that leave by the canary or by others. */
  private static List<Case> others() {
    String code = "TREE_SYMLINK";
    List<Case> cases = new ArrayList<>();
    for (boolean directory : new boolean[] {true, false}) {
      cases.add(
          new Case(
              "a link to the canary, directory: " + directory,
              code,
              "leaves the release",
              (git, canary) ->
                  git.withSearch(
                      LINK,
                      "l",
                      git.blob((directory ? canary : canary.resolve("secret")).toString()))));
    }
    cases.add(
        new Case(
            "a link to bytes that are no text",
            code,
            "not UTF-8",
            (git, canary) -> git.withSearch(LINK, "l", git.blob(new byte[] {'a', (byte) 0xff}))));
    cases.add(
        named(
            "a link that leaves through two others",
            code,
            "\"search/c\" → \"b/../x\"",
            LINK,
            "a",
            "..",
            LINK,
            "b",
            "a/search/a",
            LINK,
            "c",
            "b/../x"));
    cases.add(
        new Case(
            "a link at a depth that leaves by one step too many",
            code,
            "leaves the release",
            (git, canary) ->
                git.withSearch(
                    TREE, "s", git.tree(TREE, "t", git.tree(LINK, "l", git.blob("../../../.."))))));
    return cases;
  }

  /** Circles, and chains that are too long. */
  private static List<Case> circles() {
    List<Case> cases = new ArrayList<>();
    for (List<String> ring : List.of(List.of("a"), List.of("a", "b"), List.of("a", "b", "c"))) {
      Object[] entries = new Object[3 * ring.size()];
      for (int i = 0; i < ring.size(); i++) {
        entries[3 * i] = LINK;
        entries[3 * i + 1] = ring.get(i);
        entries[3 * i + 2] = ring.get((i + 1) % ring.size());
      }
      cases.add(named("a ring of " + ring.size(), "TREE_CONFLICT", "circle", entries));
    }
    cases.add(named("a link below itself", "TREE_CONFLICT", "circle", LINK, "a", "a/b"));
    cases.add(chain("a chain of 41 links", 41, "TREE_CONFLICT", "circle"));
    cases.add(chain("a chain of 10 links that leaves", 10, "TREE_SYMLINK", "leaves", "../../x"));
    return cases;
  }
}
