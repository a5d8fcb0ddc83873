package dev.pullcord.agent.envfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.agent.envfile.EnvFileText.BadLineException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvFileTextTest {
  private static Map<String, String> read(String text) throws BadLineException {
    return EnvFileText.read(text.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "A=b, b",
        "A = b , b",
        "A=, ||",
        "A=b=c==, b=c==",
        "A=b c # d, b c # d",
        "A=b'c\"d, b'c\"d",
        "A=b\\ c\\\\d, b c\\d",
        "A='b\\n \"c\"', b\\n \"c\"",
        "A=\"b\\\"c\\\\d\\$e\\`f\\ng\", b\"c\\d$e`f\\ng",
        "A='  b  ', |  b  |",
        "A=$HOME, $HOME",
        "A=größe, größe"
      })
  void readsAValueAsSystemdDoes(String line, String value) throws BadLineException {
    assertThat(read(line)).containsExactly(Map.entry("A", value));
  }

  @Test
  void readsManyLinesOfWhichTheLastOfANameCounts() throws BadLineException {
    assertThat(read("# first\n\n;second\r\nA=1\r\n  B=2\n\tC=3\nA=4"))
        .containsOnly(Map.entry("A", "4"), Map.entry("B", "2"), Map.entry("C", "3"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "hunter2, no =",
        "export A=hunter2, no export",
        "1A=hunter2, no variable's name",
        "=hunter2, no variable's name",
        "A-B=hunter2, no variable's name",
        "PULLCORD_NODE=hunter2, set by Pullcord itself",
        "A=\"hunter2, the quote is not closed",
        "A='hunter2, the quote is not closed",
        "A='hunter2'x, behind the closing quote",
        "A=hunter2\\, at its end"
      })
  void saysWhichLineIsBadAndNothingOfIt(String line, String why) {
    assertThatThrownBy(() -> read("# good\nB=good\n" + line + "\n"))
        .isInstanceOf(BadLineException.class)
        .hasMessageStartingWith("line 3: ")
        .hasMessageContaining(why)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void refusesWhatIsNoText() {
    assertThatThrownBy(() -> read("A=b\u0000c")).hasMessage("line 1: it has a control character");
    assertThatThrownBy(() -> EnvFileText.read(new byte[] {'\n', 'A', '=', (byte) 0xff}))
        .hasMessage("line 2: it is not UTF-8");
  }
}
