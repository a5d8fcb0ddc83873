package dev.pullcord.protocol.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The language of label selectors, as operators know it from Kubernetes. */
class LabelSelectorTest {
  private static final Map<String, String> LABELS =
      Map.of("role", "grep", "dc", "ams", "gpu", "", "example.org/tier", "1.5_a");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | true",
        "'  ' | true",
        "role=grep | true",
        "role==grep | true",
        "role = grep | true",
        "role=index | false",
        "role!=index | true",
        "role!=grep | false",
        "rack!=12 | true",
        "rack=12 | false",
        "gpu | true",
        "gpu= | true",
        "rack | false",
        "!rack | true",
        "! rack | true",
        "!gpu | false",
        "dc in (ams,fra) | true",
        "dc in ( ams , fra ) | true",
        "dc in (fra) | false",
        "rack in (12) | false",
        "dc notin (fra,sea) | true",
        "dc notin (ams,fra) | false",
        "rack notin (12) | true",
        "role=grep,dc=ams | true",
        "role=grep , dc=fra | false",
        "dc in (ams,fra),role!=index,gpu,!rack | true",
        "example.org/tier=1.5_a | true",
      })
  void selectsByAllOfItsTerms(String selector, boolean selected) {
    assertThat(LabelSelector.parse(selector).matches(LABELS)).isEqualTo(selected);
  }

  /** {@code in} and {@code notin} are words: labels may be called so. */
  @Test
  void aLabelMayBeCalledIn() {
    assertThat(LabelSelector.parse("in=a,notin").matches(Map.of("in", "a", "notin", "b"))).isTrue();
  }

  @Test
  void allSelectsANodeWithoutLabels() {
    assertThat(LabelSelector.ALL.matches(Map.of())).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "role=grep,,dc=ams | 11",
        ", | 1",
        "role=grep, | 11",
        "role=grep,dc in ams | 11",
        "dc in (ams | 1",
        "dc in () | 1",
        "dc in (ams,) | 1",
        "role=a b | 1",
        "role>grep | 1",
        "role===grep | 1",
        "-role | 1",
        "!role=grep | 1",
        "=grep | 1",
      })
  void sayWhereItIsWrongAndWhatIsExpected(String selector, int character) {
    assertThatThrownBy(() -> LabelSelector.parse(selector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("selector, character " + character + ": ")
        .hasMessageEndingWith(
            "key=value, key!=value, key in (a,b), key notin (a,b), key or !key expected");
  }

  @Test
  void aLongOneIsRefusedBeforeItIsRead() {
    assertThatThrownBy(() -> LabelSelector.parse("a,".repeat(501)))
        .hasMessageContaining("at most 1000 characters expected");
    assertThat(LabelSelector.parse("a,".repeat(499) + "a").matches(Map.of("a", ""))).isTrue();
  }

  /** What takes a time that doubles with each character would take hours here. */
  @ParameterizedTest
  @ValueSource(strings = {"a in (", "a in (b", "a\t", "(", "a=", "!"})
  void noTextTakesLong(String part) {
    String text = part.repeat(1_000 / part.length());

    assertThatThrownBy(() -> LabelSelector.parse(text)).isInstanceOf(RuntimeException.class);
  }
}
