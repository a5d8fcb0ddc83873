package dev.pullcord.protocol.unit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
  @ParameterizedTest
  @ValueSource(strings = {"main", "release/2.1", "v1.0-rc+1", "role=grep,dc=sea", "a@b"})
  void whatAShellReadsAsItIsStaysAsItIs(String plain) {
    assertThat(ShellWord.of(plain)).isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      textBlock =
          """
          a;reboot,     'a;reboot'
          $(reboot),    '$(reboot)'
          `reboot`,     '`reboot`'
          it's,         'it'\\''s'
          dc!=sea,      'dc!=sea'
          a&b|c>d,      'a&b|c>d'
          two words,    'two words'
          "",           ''
          """)
  void whatAShellWouldReadOtherwiseIsQuoted(String text, String word) {
    assertThat(ShellWord.of(text)).isEqualTo(word);
  }
}
