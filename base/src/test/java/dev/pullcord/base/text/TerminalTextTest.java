package dev.pullcord.base.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TerminalTextTest {
  private static final String CODE = "\\u%04x";

  @Test
  void leavesWhatPeopleWrite() {
    String text = "Größe ≤ 100 µm 漢字 한글 🚌 ✔\ufe0f é e\u0301 \"a\\b\"";

    assertThat(TerminalText.clean(text)).isEqualTo(text);
  }

  @Test
  void escapesWhatATerminalObeys() {
    assertThat(TerminalText.clean("a\033[2Jb\rc\nd\u009be\u202ef\u200bg"))
        .isEqualTo("a\\u001b[2Jb\\u000dc\\u000ad\\u009be\\u202ef\\u200bg");
  }

  @Test
  void anOscSequenceLosesBothItsEnds() {
    assertThat(TerminalText.clean("\033]0;title\007 \u009d8;;http://a\u009c \033]52;c;eA==\033\\"))
        .isEqualTo("\\u001b]0;title\\u0007 \\u009d8;;http://a\\u009c \\u001b]52;c;eA==\\u001b\\");
  }

  @Test
  void aTabIsASpace() {
    assertThat(TerminalText.clean("a\tb")).isEqualTo("a b");
  }

  /** Each range is what one of the former cleaners let through or what a terminal may obey. */
  @ParameterizedTest
  @CsvSource({
    "C0,                        0000, 001f",
    "DEL and C1,                007f, 009f",
    "soft hyphen,               00ad, 00ad",
    "grapheme joiner,           034f, 034f",
    "Arabic letter mark,        061c, 061c",
    "Hangul fillers,            115f, 1160",
    "Khmer inherent vowels,     17b4, 17b5",
    "Mongolian vowel separator, 180e, 180e",
    "zero width and marks,      200b, 200f",
    "separators and embeddings, 2028, 202e",
    "joiners and isolates,      2060, 206f",
    "blank Braille,             2800, 2800",
    "Hangul filler,             3164, 3164",
    "half a pair,               d800, dfff",
    "private use,               e000, f8ff",
    "byte order mark,           feff, feff",
    "half-width filler,         ffa0, ffa0",
    "interlinear annotation,    fff9, fffb",
    "no characters,             fffe, ffff",
    "musical controls,          1d173, 1d17a",
    "tags,                      e0001, e0001",
    "tag letters,               e0020, e007f",
    "private planes,            f0000, f0010"
  })
  void escapesEachOf(String name, String first, String last) {
    for (int c = Integer.parseInt(first, 16); c <= Integer.parseInt(last, 16); c++) {
      StringBuilder text = new StringBuilder();
      TerminalText.append(text, c);

      assertThat(text).as(name).asString().isEqualTo(CODE.formatted(c));
    }
  }

  @Test
  void whatIsCleanedHasNothingLeftToClean() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      all.appendCodePoint(c);
    }
    String clean = TerminalText.clean(all.toString());

    assertThat(clean.codePoints().filter(TerminalText::isUnsafe).count()).isZero();
    assertThat(TerminalText.clean(clean)).isEqualTo(clean);
  }

  @Test
  void measuresAsATerminalDoes() {
    assertThat(TerminalText.width("abc")).isEqualTo(3);
    assertThat(TerminalText.width("e\u0301")).isEqualTo(1);
    assertThat(TerminalText.width("漢字")).isEqualTo(4);
  }

  @Test
  void cutsToWholeCharacters() {
    assertThat(TerminalText.cut("abcdef", 6)).isEqualTo("abcdef");
    assertThat(TerminalText.cut("abcdef", 4)).isEqualTo("abc…");
    assertThat(TerminalText.cut("漢字漢字", 4)).isEqualTo("漢…");
    assertThat(TerminalText.cut("abc", 0)).isEmpty();
  }
}
