package dev.pullcord.protocol.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.yaml.YamlNode.Scalar;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlNodeTest {
  private static Scalar scalar(String text, boolean plain) {
    return new Scalar(new Position(1, 1), "a", text, plain);
  }

  @ParameterizedTest
  @CsvSource({
    "'', NULL",
    "~, NULL",
    "null, NULL",
    "NULL, NULL",
    "nUll, TEXT",
    "true, BOOLEAN",
    "False, BOOLEAN",
    "yes, TEXT",
    "no, TEXT",
    "on, TEXT",
    "0, INTEGER",
    "-7, INTEGER",
    "+7, INTEGER",
    "007, INTEGER",
    "0x1F, INTEGER",
    "0o17, INTEGER",
    "0b1, TEXT",
    "1_000, TEXT",
    "1:30, TEXT",
    "12e3, REAL",
    "1., REAL",
    ".5, REAL",
    "-.inf, REAL",
    ".nan, REAL",
    "1.2.3, TEXT",
    "2026-01-01, TEXT",
    "word, TEXT"
  })
  void aScalarIsWhatTheCoreSchemaTakesItFor(String text, Scalar.Kind kind) {
    assertThat(scalar(text, true).kind()).isEqualTo(kind);
    assertThat(scalar(text, false).kind()).isEqualTo(Scalar.Kind.TEXT);
  }

  @Test
  void aScalarIsShownAsItIsWritten() {
    assertThat(scalar("12", true).shown()).isEqualTo("12");
    assertThat(scalar("12", false).shown()).isEqualTo("\"12\"");
    assertThat(scalar("", true).shown()).isEqualTo("nothing");
    assertThat(scalar("~", true).shown()).isEqualTo("~");
    assertThat(scalar("a\u001b[2J\"b", true).shown()).isEqualTo("\"a\\u001b[2J\\\"b\"");
    assertThat(scalar("x".repeat(200), true).shown()).hasSize(123).endsWith("…\"");
  }

  @Test
  void theOthersAreShownByWhatTheyAre() {
    Position here = new Position(3, 4);
    YamlNode.Entry entry = new YamlNode.Entry(here, "a.b", "b", scalar("1", true));
    YamlNode.Mapping mapping = new YamlNode.Mapping(here, "a", List.of(entry));

    assertThat(mapping.shown()).isEqualTo("a mapping");
    assertThat(mapping.find("b")).contains(entry);
    assertThat(mapping.find("c")).isEmpty();
    assertThat(new YamlNode.Sequence(here, "a", List.of()).shown()).isEqualTo("a list");
    assertThat(new YamlNode.Broken(here, "a").shown()).isEqualTo("an unusable value");
  }

  @Test
  void placesAreInTheOrderOfTheFile() {
    List<Position> places =
        List.of(new Position(2, 1), new Position(1, 9), Position.FILE, new Position(1, 2));

    assertThat(places.stream().sorted().toList())
        .containsExactly(Position.FILE, new Position(1, 2), new Position(1, 9), new Position(2, 1));
  }

  @Test
  void aProblemIsSaidOfAnotherPlaceWithWordsBeforeIt() {
    YamlProblem problem =
        new YamlProblem("X_TYPE", "a.yaml", new Position(1, 2), "a.b", "is no number");

    assertThat(problem.at(scalar("x", true), "as merged: ").text())
        .isEqualTo("X_TYPE  a.yaml:1:1  a: as merged: is no number");
    assertThat(new YamlProblem("X_EMPTY", "a.yaml", Position.FILE, "", "nothing").text())
        .isEqualTo("X_EMPTY  a.yaml  nothing");
  }
}
