package dev.pullcord.client.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @ValueSource(strings = {"", "sha256:", "SHA256:", "SHA-256/", "  "})
  void isReadAsPeoplePasteIt(String before) {
    assertThat(Fingerprint.parse(before + HEX)).hasToString(HEX);
    assertThat(Fingerprint.parse(before + HEX.toUpperCase(java.util.Locale.ROOT) + "\n"))
        .hasToString(HEX);
    assertThat(Fingerprint.parse(before + HEX.replaceAll("(..)(?!$)", "$1:"))).hasToString(HEX);
  }

  @Test
  void whatIsNoneIsShownWithWhatWasExpected() {
    for (String text : new String[] {"", "abc", HEX + "0", HEX.replace('a', 'g'), "md5:" + HEX}) {
      assertThatThrownBy(() -> Fingerprint.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContainingAll("is not a fingerprint", "64 hex digits");
    }
  }
}
