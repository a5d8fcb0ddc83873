package dev.pullcord.server.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.server.config.UpstreamConfig;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which refs of an upstream are mirrored. */
class RefPatternsTest {
  private static final Set<String> NAMES =
      Set.of(
          "refs/heads/main",
          "refs/heads/release/1",
          "refs/heads/release/1/fix",
          "refs/heads/releases",
          "refs/heads/a.b",
          "refs/heads/aXb",
          "refs/heads/pullcord/try",
          "refs/tags/v1",
          "refs/tags/w1",
          "refs/pull/1/head",
          "refs/notes/commits");

  private static Set<String> chosen(List<String> branches, List<String> tags) {
    return new RefPatterns(new UpstreamConfig.Refs(branches, tags))
        .choose(NAMES, Set.of("main"), "pullcord/");
  }

  @Test
  void mirrorsTheDefaultBranchAndNoTagWhereNothingIsSaid() {
    assertThat(chosen(List.of(), List.of())).containsExactly("refs/heads/main");
  }

  @Test
  void aStarStandsForAnyTextAndADotForItself() {
    assertThat(chosen(List.of("release/*"), List.of("v*")))
        .containsExactly("refs/heads/release/1", "refs/heads/release/1/fix", "refs/tags/v1");
    assertThat(chosen(List.of("a.b"), List.of())).containsExactly("refs/heads/a.b");
  }

  @Test
  void neverMirrorsABranchOfOursNorARefOfTheHost() {
    assertThat(chosen(List.of("*"), List.of("*")))
        .doesNotContain("refs/heads/pullcord/try", "refs/pull/1/head", "refs/notes/commits")
        .contains("refs/heads/main", "refs/tags/w1");
  }

  @Test
  void showsABranchShortAndATagInFull() {
    assertThat(RefPatterns.shown("refs/heads/release/1")).isEqualTo("release/1");
    assertThat(RefPatterns.shown("refs/tags/v1")).isEqualTo("refs/tags/v1");
    assertThat(RefPatterns.full("release/1")).isEqualTo("refs/heads/release/1");
    assertThat(RefPatterns.full("refs/tags/v1")).isEqualTo("refs/tags/v1");
  }
}
