package dev.pullcord.server.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pullcord.server.refusal.Refusal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static final Map<String, String> LABELS = Map.of("role", "grep", "dc", "ber", "gpu", "");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "role=grep | true",
        "role=beat | false",
        "role!=beat | true",
        "role!=grep | false",
        "zone!=a | true",
        "zone=a | false",
        "gpu | true",
        "zone | false",
        "gpu= | true",
        "role==grep | true",
        "role == beat | false",
        "dc in (ams, ber) | true",
        "dc in (ams) | false",
        "dc in (ber,ber) | true",
        "dc notin (ams,fra) | true",
        "dc notin (ber) | false",
        "zone notin (a) | true",
        "!zone | true",
        "!gpu | false",
        "'role=grep,dc in (ams,ber),gpu' | true",
        "'role=grep, dc!=sea, gpu' | true",
        "'role=grep,dc=sea' | false",
      })
  void selectsWhenAllTermsHold(String selector, boolean selected) {
    assertThat(Selector.parse(selector).matches(LABELS)).isEqualTo(selected);
  }

  @Test
  void emptySelectsAll() {
    assertThat(Selector.parse(" ").matches(Map.of())).isTrue();
    assertThat(Selector.ALL.matches(LABELS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "role=grep,",
        "=x",
        "role===grep",
        "dc in ams",
        "dc in ()",
        "dc in (a",
        "dc(in)",
        "ro le=x",
        "a=b;c=d",
        "ü=x",
        ",",
        "-a"
      })
  void refusesWithThePlace(String selector) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> Selector.parse(selector));
    assertThat(refusal.code()).isEqualTo("SELECTOR_SYNTAX");
    assertThat(refusal).hasMessageContaining("character ");
    assertThat(refusal.field()).isEqualTo("selector");
  }

  @Test
  void refusesWhatIsTooLong() {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> Selector.parse("a".repeat(1001)));
    assertThat(refusal).hasMessageContaining("at most 1000");
  }
}
