package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A value may be as long as a line: that must not take the stack of the thread that reads it. */
class LongValuesTest {
  private static final Pattern VALUE = Pattern.compile("(?<=: |\\[|, |- )[^\\s{}\\[\\],:]+(?!:)");

  private static final List<String> LONG =
      List.of("ab.".repeat(20_000) + "a", "/a".repeat(30_000), "a:".repeat(30_000) + "a");

  static List<Path> examples() throws IOException {
    return ExampleManifestsTest.examples();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void aValueOfManyPartsOverflowsNoStack(Path example) throws IOException {
    String right = Files.readString(example);
    List<MatchResult> values = VALUE.matcher(right).results().toList();
    assertThat(values).isNotEmpty();
    for (MatchResult value : values) {
      for (String longer : LONG) {
        String odd = right.substring(0, value.start()) + longer + right.substring(value.end());
        assertThat(ManifestParser.parse(odd.getBytes(StandardCharsets.UTF_8))).isNotNull();
      }
    }
  }

  @Test
  void aCeleryAppOfManyPartsIsOneStill() {
    String manifest =
        "version: 1\nbundles: {code: {paths: [tasks/]}}\nworkers:\n  w: {kind: celery, app: "
            + "ab.".repeat(20_000)
            + "a:b}\n";
    assertThat(ManifestParser.parse(manifest.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ManifestResult.Valid.class);
  }
}
