package dev.pullcord.protocol.manifest.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuePatternTest {
  private static final List<String> PATTERNS =
      List.of(
          "[0-9]{1,3}",
          "a|b|cc",
          "(ab)*c?",
          "[^a-c]+",
          "a{2}b{1,}",
          "(a|b){2,3}",
          "((a*)*b)*",
          "\\w+-\\d",
          "a\\.b",
          ".?b.",
          "(|a)b",
          "(?:a+b+)+",
          "[]a-]+",
          "a(b(c|a){0,2})?");

  @Test
  void agreesWithTheUsualNotation() {
    Random random = new Random(7);
    for (String text : PATTERNS) {
      ValuePattern ours = ValuePattern.of(text);
      Pattern usual = Pattern.compile(text.replace("[]a-]", "[\\]a\\-]"));
      for (int i = 0; i < 400; i++) {
        String value =
            random
                .ints(random.nextInt(7), 0, 8)
                .mapToObj(c -> String.valueOf("abc-1.]_".charAt(c)))
                .reduce("", String::concat);
        assertThat(ours.matches(value))
            .as("%s of %s", text, value)
            .isEqualTo(usual.matcher(value).matches());
      }
    }
  }

  @Test
  void anAnchorAtEitherEndChangesNothing() {
    ValuePattern pattern = ValuePattern.of("^[a-z]+$");

    assertThat(pattern.matches("abc")).isTrue();
    assertThat(pattern.matches("abc1")).isFalse();
  }

  @Test
  @Timeout(60)
  void aPatternThatWouldTryForEverIsAnsweredAtOnce() {
    String value = "a".repeat(1023) + "b";
    for (String text : List.of("(a*)*c", "(a|a)*c", "a*a*a*a*a*a*c", "(a|aa)+c", "((a+)+)+")) {
      assertThat(ValuePattern.of(text).matches(value)).as(text).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a(",
        "a)",
        "[a",
        "a**",
        "*",
        "a{2",
        "a{3,1}",
        "(?=a)",
        "(?i)a",
        "a\\b",
        "\\1",
        "a^b",
        "a$b",
        "[[:alpha:]]",
        "a{9999}{2}",
        "((((a{100}){100}){100}){100})",
        "a\\",
        "a+?",
        "a++",
        "[z-a]"
      })
  void refusesWhatItDoesNotKnow(String text) {
    assertThatThrownBy(() -> ValuePattern.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void saysWhereItIsWrong() {
    assertThatThrownBy(() -> ValuePattern.of("ab(?=c)"))
        .hasMessage(
            "\"ab(?=c)\" cannot be a pattern: at character 5,"
                + " a group begins with ( or (?: here, and with nothing else");
  }
}
