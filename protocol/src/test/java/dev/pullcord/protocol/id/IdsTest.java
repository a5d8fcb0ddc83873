package dev.pullcord.protocol.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {
  private static final String FORTY = "0123456789abcdef0123456789abcdef01234567";

  @Test
  void commitsAndTreesAreFortyHexDigits() {
    assertThat(new CommitId(FORTY).abbreviated()).isEqualTo("0123456");
    assertThat(new CommitId(FORTY)).hasToString(FORTY);
    assertThat(new TreeId(FORTY)).hasToString(FORTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc1234",
        "0123456789ABCDEF0123456789ABCDEF01234567",
        "0123456789abcdef0123456789abcdef0123456g",
        "0123456789abcdef0123456789abcdef012345678",
        "0123456789abcdef0123456789abcdef01234567\n"
      })
  void anythingElseIsRefusedWithTheValue(String value) {
    assertThatThrownBy(() -> new CommitId(value))
        .hasMessageContaining(Quoted.of(value))
        .hasMessageContaining("40 hex digits");
    assertThatThrownBy(() -> new TreeId(value)).hasMessageContaining("40 hex digits");
    assertThatThrownBy(() -> new NodeKeyId(value)).hasMessageContaining("64 hex digits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "grep-1", "grep-1.sea.example", "0", "a--b"})
  void aNodeIsNamedLikeAHost(String name) {
    assertThat(new NodeName(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-a", "a-", ".", "a.", "A", "a_b", "a/b", "../x", "a b", "a\n", "a\u0000", "é"
      })
  void anythingElseIsNoNodeName(String name) {
    assertThatThrownBy(() -> new NodeName(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNodeNameHasAtMostSixtyThreeCharacters() {
    assertThat(new NodeName("a".repeat(63)).value()).hasSize(63);
    assertThatThrownBy(() -> new NodeName("a".repeat(64))).hasMessageContaining("1 to 63");
  }

  @Test
  void reportsAreOrderedByEpochThenNumber() {
    assertThat(new ReportNumber(2, 1)).isGreaterThan(new ReportNumber(1, 99));
    assertThat(new ReportNumber(2, 2)).isGreaterThan(new ReportNumber(2, 1));
    assertThatThrownBy(() -> new ReportNumber(0, 1)).hasMessageContaining("below 1.1");
    assertThatThrownBy(() -> new ReportNumber(1, 0)).hasMessageContaining("below 1.1");
  }

  @Test
  void whatOthersWroteCannotMoveACursorOrEndALine() {
    assertThat(Quoted.of("plain ü")).isEqualTo("\"plain ü\"");
    assertThat(Quoted.of("a\n\u001b[31m\"\\\u202e\u0000"))
        .isEqualTo("\"a\\u000a\\u001b[31m\\\"\\\\\\u202e\\u0000\"");
    assertThat(Quoted.of("x".repeat(200))).isEqualTo("\"" + "x".repeat(120) + "…\"");
    assertThat(Quoted.of("\ud83d")).isEqualTo("\"\\ud83d\"");
  }
}
