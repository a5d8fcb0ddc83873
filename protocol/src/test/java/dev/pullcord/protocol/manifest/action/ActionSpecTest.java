package dev.pullcord.protocol.manifest.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActionSpecTest {
  private static final ActionSpec CLEAR =
      new ActionSpec(
          "clear_cache",
          List.of("bin/clear", "--days={days}", "{where}", "{other}"),
          Duration.ofMinutes(1),
          Map.of(
              "days", new ParameterSpec(ValuePattern.of("[0-9]{1,3}"), "7"),
              "where", new ParameterSpec(ValuePattern.of(".+"), null)));

  @Test
  void putsEachValueIntoItsPlaceAndNoWhereElse() {
    assertThat(CLEAR.with(Map.of("where", "a b; rm -rf $HOME {days} \\1")))
        .isEqualTo(
            new ActionSpec.Called.Command(
                List.of("bin/clear", "--days=7", "a b; rm -rf $HOME {days} \\1", "{other}")));
  }

  @Test
  void saysWhatIsWrongWithAValue() {
    assertThat(CLEAR.with(Map.of("where", "x", "days", "1000")))
        .isEqualTo(
            new ActionSpec.Called.Wrong(
                "days=\"1000\" does not match [0-9]{1,3},"
                    + " the pattern that action clear_cache has for it"));
  }

  @Test
  void aParameterWithoutADefaultNeedsAValue() {
    assertThat(CLEAR.with(Map.of()))
        .isEqualTo(
            new ActionSpec.Called.Wrong(
                "action clear_cache needs a value for where, like where=…; its pattern is .+"));
  }

  @Test
  void refusesAParameterThatItDoesNotHave() {
    assertThat(CLEAR.with(Map.of("day", "1")).toString())
        .contains("action clear_cache has no parameter \"day\"; it has ");
  }

  @Test
  void aControlCharacterIsNoValueWhateverThePatternSays() {
    assertThat(CLEAR.with(Map.of("where", "a\nb"))).isInstanceOf(ActionSpec.Called.Wrong.class);
  }
}
