package dev.pullcord.protocol.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class YamlDocumentTest {
  private static List<String> wrong(String text) {
    return wrong(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> wrong(byte[] content) {
    return YamlDocument.read(content, "a.yaml", "CONFIG").problems().list().stream()
        .map(YamlProblem::text)
        .toList();
  }

  @Test
  void anEmptyFileIsSaidWhateverItIsEmptyOf() {
    for (String text : List.of("", "\n\n", "# only a comment\n", "---\n", "---\n...\n")) {
      assertThat(wrong(text))
          .as(text)
          .containsExactly("CONFIG_EMPTY  a.yaml  there is nothing in it, or comments only");
    }
  }

  @Test
  void keysAndValuesAreExpectedAtTheTop() {
    assertThat(wrong("[a]\n"))
        .containsExactly(
            "CONFIG_TYPE  a.yaml:1:1  a list at the top; keys and values are expected");
    assertThat(wrong("word\n"))
        .containsExactly(
            "CONFIG_TYPE  a.yaml:1:1  \"word\" at the top; keys and values are expected");
  }

  @Test
  void aSyntaxErrorIsShownWithItsLine() {
    assertThat(wrong("a: 1\nb: [1, 2\nc: 3\n"))
        .singleElement()
        .asString()
        .startsWith("CONFIG_SYNTAX  a.yaml:3:")
        .contains("the line is \"c: 3\"");
    assertThat(wrong("a:\n\tb: 1\n"))
        .singleElement()
        .asString()
        .contains("a tab here; indent with spaces");
  }

  @Test
  void aCharacterThatYamlDoesNotTakeIsNamed() {
    assertThat(wrong("a: 1\nb: x\u0007\n"))
        .containsExactly(
            "CONFIG_SYNTAX  a.yaml:2:5  the character U+0007 cannot stand in YAML; escape it");
  }

  @Test
  void whatYamlCanDoAndOurFilesMustNotIsRefused() {
    assertThat(wrong("a: &x 1\nb: *x\n"))
        .containsExactly(
            "CONFIG_ALIAS  a.yaml:1:4  a: \"&x\": anchors are not allowed",
            "CONFIG_ALIAS  a.yaml:2:4  b: \"*x\": aliases are not allowed; write the value out");
    assertThat(wrong("a: !!str 1\n"))
        .containsExactly(
            "CONFIG_TAG  a.yaml:1:4  a: the tag \"!!str\" is not allowed; write the value without"
                + " it");
    assertThat(wrong("%YAML 1.2\n---\na: 1\n"))
        .containsExactly("CONFIG_SYNTAX  a.yaml:1:1  YAML directives (%) are not allowed");
    assertThat(wrong("a: 1\n---\nb: 2\n"))
        .containsExactly(
            "CONFIG_MULTI_DOCUMENT  a.yaml:2:1  a second document begins here (---); one document"
                + " is expected");
  }

  @Test
  void aKeyTwiceIsSaidWithBothPlaces() {
    assertThat(wrong("a: 1\nb: 2\na: 3\n"))
        .containsExactly(
            "CONFIG_DUPLICATE_KEY  a.yaml:3:1  a: \"a\" is written twice, on line 1 and on line 3;"
                + " once is expected");
  }

  @Test
  void aKeyIsAName() {
    assertThat(wrong("[a, b]: 1\n"))
        .containsExactly("CONFIG_TYPE  a.yaml:1:1  a list cannot be a key; a name is expected");
  }

  @Test
  void nestingHasAnEnd() {
    assertThat(wrong("a: " + "[".repeat(19) + "]".repeat(19) + "\n")).isEmpty();
    assertThat(wrong("a: " + "[".repeat(20) + "]".repeat(20) + "\n"))
        .containsExactly("CONFIG_DEPTH  a.yaml:1:23  nested deeper than 20 levels");
    assertThat(wrong("a: " + "[".repeat(50_000))).hasSize(1);
  }

  @Test
  void bytesThatAreNoTextAreNamed() {
    assertThat(wrong("a: \u00e4\n".getBytes(StandardCharsets.ISO_8859_1)))
        .containsExactly(
            "CONFIG_ENCODING  a.yaml:1:4  byte 0xe4 at byte offset 3 is not UTF-8; UTF-8 is needed,"
                + " without a byte order mark");
    assertThat(wrong("a: 1\nb: \0\n"))
        .singleElement()
        .asString()
        .startsWith("CONFIG_ENCODING  a.yaml:2:4  NUL at byte offset 8");
    assertThat(wrong("\ufeffa: 1\n")).singleElement().asString().contains("a byte order mark");
    assertThat(wrong("a: 1\n".getBytes(StandardCharsets.UTF_16)))
        .singleElement()
        .asString()
        .contains("UTF-16");
  }

  @Test
  void sizeHasAnEndAsAWholeAndByLine() {
    String comment = "# " + "x".repeat(998) + "\n";

    assertThat(wrong("a: 1\n" + comment.repeat(261))).isEmpty();
    assertThat(wrong("a: 1\n" + comment.repeat(262)))
        .containsExactly(
            "CONFIG_TOO_LARGE  a.yaml  262267 bytes; at most 262144 (256KiB) are read");
    assertThat(wrong("a: 1\n# " + "x".repeat(65_535)))
        .containsExactly(
            "CONFIG_TOO_LARGE  a.yaml:2:1  a line of 65537 characters; at most 65536 are read");
  }

  @Test
  void noMoreProblemsAreKeptThanAnybodyReads() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append("k").append(i).append(": *x\n");
    }

    assertThat(wrong(text.toString()))
        .hasSize(51)
        .last()
        .isEqualTo("CONFIG_MORE  a.yaml  10 more problems are not shown");
  }
}
