package dev.pullcord.protocol.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.id.NodeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTokenTest {
  private static final JoinToken TOKEN =
      new JoinToken("a1".repeat(32), "0b".repeat(8), "c2".repeat(32));

  @Test
  void isReadBackAsItWasWritten() {
    assertThat(JoinToken.parse(TOKEN.text())).isEqualTo(TOKEN);
    assertThat(JoinToken.parse("  " + TOKEN.text() + "\n")).isEqualTo(TOKEN);
  }

  @Test
  void isWrittenAsItAlwaysWas() {
    assertThat(TOKEN.text()).startsWith("pcj1_oaGhoaGh").hasSize(5 + 102);
  }

  @Test
  void everyChangedCharacterIsNoticed() {
    String text = TOKEN.text();
    for (int i = 5; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      String damaged = text.substring(0, i) + other + text.substring(i + 1);
      assertThatThrownBy(() -> JoinToken.parse(damaged))
          .as("character %d", i)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("damaged");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pcj1_", "pcj2_AAAA", "hello", "pcj1_ö", "pcj1_AAAA"})
  void whatIsNoTokenIsRefused(String text) {
    assertThatThrownBy(() -> JoinToken.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCutTokenIsRefusedWithoutShowingIt() {
    String cut = TOKEN.text().substring(0, 60);

    assertThatThrownBy(() -> JoinToken.parse(cut))
        .hasMessageContaining("not complete")
        .hasMessageNotContaining("oaGh");
  }

  @Test
  void theSecretIsNeverInAText() {
    assertThat(TOKEN.toString()).doesNotContain(TOKEN.secret());
    assertThat(new EnrollRequest(TOKEN.id(), TOKEN.secret(), new NodeName("a"), null).toString())
        .doesNotContain(TOKEN.secret());
  }
}
