package dev.pullcord.git.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CaseClashesTest {
  @Test
  void namesThatDifferInCaseOrInAccentsAreSaid() {
    assertThat(CaseClashes.in(List.of("a/B", "a/b", "e\u0301", "\u00e9", "c")))
        .containsExactly(
            "\"a/B\" and \"a/b\" differ only in case or in accents",
            "\"e\u0301\" and \"\u00e9\" differ only in case or in accents");
  }

  @Test
  void otherNamesAreNot() {
    assertThat(CaseClashes.in(List.of("a", "ab", "b/a", "\u0131", "i", "e"))).isEmpty();
  }

  @Test
  void noMoreAreSaidThanAnybodyReads() {
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      many.add("name" + i);
      many.add("NAME" + i);
    }

    assertThat(CaseClashes.in(many)).hasSize(TreeProblems.SHOWN_MAX);
  }
}
