package dev.pullcord.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void leavesWhatPeopleWrite() {
    assertThat(Text.clean("Größe ≤ 100 µm 漢字 🚌")).isEqualTo("Größe ≤ 100 µm 漢字 🚌");
  }

  @Test
  void escapesWhatATerminalObeys() {
    assertThat(Text.clean("a\033[2Jb\rc\nd\u009be\u202ef\u200bg"))
        .isEqualTo("a\\u001b[2Jb\\u000dc\\u000ad\\u009be\\u202ef\\u200bg");
  }

  @Test
  void measuresAsATerminalDoes() {
    assertThat(Text.width("abc")).isEqualTo(3);
    assertThat(Text.width("e\u0301")).isEqualTo(1);
    assertThat(Text.width("漢字")).isEqualTo(4);
  }

  @Test
  void cutsToWholeCharacters() {
    assertThat(Text.cut("abcdef", 6)).isEqualTo("abcdef");
    assertThat(Text.cut("abcdef", 4)).isEqualTo("abc…");
    assertThat(Text.cut("漢字漢字", 4)).isEqualTo("漢…");
    assertThat(Text.cut("abc", 0)).isEmpty();
  }
}
