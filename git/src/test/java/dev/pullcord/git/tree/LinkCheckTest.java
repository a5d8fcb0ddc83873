package dev.pullcord.git.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinkCheckTest {
  private static List<String> problems(String... pathsAndTargets) {
    Map<String, String> links = new LinkedHashMap<>();
    for (int i = 0; i < pathsAndTargets.length; i += 2) {
      links.put(pathsAndTargets[i], pathsAndTargets[i + 1]);
    }
    return problems(links);
  }

  private static List<String> problems(Map<String, String> links) {
    TreeProblems problems = new TreeProblems();
    new LinkCheck(links).check(problems);
    return problems.verdict().problems();
  }

  @Test
  void aLinkMayLeadAnywhereInsideAndToNothing() {
    assertThat(problems("a/b/up", "../../c", "a/self", ".", "a/gone", "not/there", "top", "."))
        .isEmpty();
    assertThat(problems("a/b", "..//./a/./c/..", "a/x", "../a")).isEmpty();
  }

  @Test
  void aLinkThatLeavesTheReleaseIsRefused() {
    for (String target : List.of("/etc/passwd", "../../x", "..//../x", "b/../../../x", "../..")) {
      assertThat(problems("a/l", target))
          .as(target)
          .containsExactly(
              "TREE_SYMLINK  \"a/l\" → \""
                  + target
                  + "\"  the link leaves the release — a relative target inside it expected");
    }
  }

  @Test
  void aDetourThroughAnotherLinkIsFollowed() {
    assertThat(problems("deep/a/b", "../../flat", "l", "deep/a/b/../x")).isEmpty();
    assertThat(problems("up", ".", "l", "up/up/../x")).hasSize(1);
    assertThat(problems("a/up", "..", "l", "a/up/../x")).hasSize(1);
  }

  @Test
  void aCircleIsFound() {
    assertThat(problems("a", "b", "b", "a"))
        .containsExactly(
            "TREE_CONFLICT  \"a\" → \"b\"  the link leads in a circle",
            "TREE_CONFLICT  \"b\" → \"a\"  the link leads in a circle");
    assertThat(problems("a", "a/b")).hasSize(1);
  }

  @Test
  void asManyHopsAsLinuxTakesAreTaken() {
    assertThat(problems(chain(40))).isEmpty();
    assertThat(problems(chain(41)))
        .containsExactly("TREE_CONFLICT  \"l41\" → \"l40\"  the link leads in a circle");
  }

  private static Map<String, String> chain(int length) {
    Map<String, String> links = new LinkedHashMap<>();
    for (int i = 1; i <= length; i++) {
      links.put("l" + i, i == 1 ? "end" : "l" + (i - 1));
    }
    return links;
  }

  @Test
  void whatTakesTooLongToFollowIsRefusedOnceForAll() {
    Map<String, String> links = new LinkedHashMap<>();
    String far = "d/".repeat(1500) + "x";
    for (int i = 0; i < 40; i++) {
      links.put("l" + i, far);
    }

    assertThat(problems(links))
        .singleElement()
        .asString()
        .startsWith("TREE_LIMIT")
        .endsWith("take too long to follow — use fewer or shorter ones");
  }
}
