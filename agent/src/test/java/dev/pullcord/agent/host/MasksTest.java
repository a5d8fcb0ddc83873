package dev.pullcord.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MasksTest {
  private final Masks masks = new Masks();

  @Test
  void takesOutEveryValueOfFourCharactersAndMore() {
    masks.add("a", List.of("hunter2", "four", "abc", ""));

    assertThat(masks.mask("hunter2 four abc hunter2hunter2 fourhunter2."))
        .isEqualTo("**** **** abc **** ****.");
  }

  @Test
  void takesOutAllOfValuesThatOverlap() {
    masks.add("a", List.of("secret", "retina"));

    assertThat(masks.mask("a secretina z")).isEqualTo("a **** z");
  }

  @Test
  void masksWhatTheOldGenerationsWereGivenToo() {
    masks.add("old", List.of("old-password"));
    masks.add("new", List.of("new-password"));

    assertThat(masks.mask("old-password new-password")).isEqualTo("**** ****");
    assertThat(masks.knows("old")).isTrue();
    assertThat(masks.knows("other")).isFalse();
  }

  @Test
  void leavesNoRestOfAValueAtACut() {
    masks.add("a", List.of("topsecret"));
    byte[] end = "secret and more; topsecret is out".getBytes(StandardCharsets.UTF_8);

    assertThat(masks.longest()).isEqualTo(9);
    assertThat(masks.tail(end, true)).isEqualTo("d more; **** is out");
    assertThat(masks.tail(end, false)).isEqualTo("secret and more; **** is out");
  }
}
