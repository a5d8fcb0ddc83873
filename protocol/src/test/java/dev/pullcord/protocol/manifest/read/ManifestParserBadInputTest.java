package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.ManifestProblem;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestParserBadInputTest {
  static List<ManifestCases.Case> cases() {
    return ManifestCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saysEveryProblemWithItsPlace(ManifestCases.Case bad) {
    List<ManifestProblem> problems = problemsOf(bad.content());

    assertThat(problems)
        .extracting(p -> p.code() + "@" + p.line() + ":" + p.column())
        .containsExactlyElementsOf(bad.problems().stream().map(p -> "MANIFEST_" + p).toList());
    if (!problems.isEmpty()) {
      assertThat(problems).extracting(ManifestProblem::text).anyMatch(t -> t.contains(bad.hint()));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void saysEachProblemInOnePlainLine(ManifestCases.Case bad) {
    assertThat(problemsOf(bad.content()))
        .extracting(ManifestProblem::text)
        .allSatisfy(text -> {
          assertThat(text)
              .startsWith("MANIFEST_")
              .doesNotContain("Exception", "org.snakeyaml", "java.util", "\tat ")
              .hasSizeLessThan(700);
          assertThat(text.codePoints().filter(Character::isISOControl).count()).isZero();
        });
  }

  @Test
  void everyFileIsInTheTable() throws IOException, URISyntaxException {
    URL table = Objects.requireNonNull(getClass().getResource("/manifests/cases.txt"));
    try (Stream<Path> files = Files.list(Path.of(table.toURI()).resolveSibling("."))) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.matches("[MB][0-9].*")))
          .containsExactlyInAnyOrderElementsOf(
              ManifestCases.files().stream().map(c -> c.name() + ".yaml").toList());
    }
  }

  @Test
  void aMissingManifestAndOneThatIsNoFileAreSaidTheSameByAll() {
    assertThat(
            ManifestProblem.missing(new CommitId("abc1234000000000000000000000000000000000"))
                .text())
        .isEqualTo(
            "MANIFEST_MISSING  pullcord.yaml  there is no pullcord.yaml at the root of commit"
                + " abc1234; add one and commit it");
    assertThat(ManifestProblem.notAFile("a symbolic link").text())
        .isEqualTo(
            "MANIFEST_NOT_A_FILE  pullcord.yaml  it is a symbolic link; a plain file at the root is"
                + " expected");
  }

  @Test
  void manyProblemsAreCountedAndNotAllShown() {
    StringBuilder manifest = new StringBuilder("version: 1\nbundles: {a: {paths: [a]}}\n");
    for (int i = 0; i < 500; i++) {
      manifest.append("unknown-").append(i).append(": 1\n");
    }

    List<ManifestProblem> problems =
        problemsOf(manifest.toString().getBytes(StandardCharsets.UTF_8));

    assertThat(problems).hasSize(51);
    assertThat(problems.getLast().text())
        .isEqualTo("MANIFEST_MORE  pullcord.yaml  450 more problems are not shown");
  }

  @Test
  void noRandomDamageMakesItThrow() {
    byte[] whole = ManifestCases.content("whole.yaml");
    Random random = new Random(42);
    for (int i = 0; i < 3_000; i++) {
      byte[] damaged = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      assertThat(ManifestParser.parse(damaged)).isNotNull();
    }
  }

  private static List<ManifestProblem> problemsOf(byte[] content) {
    return switch (ManifestParser.parse(content)) {
      case ManifestResult.Valid _ -> List.of();
      case ManifestResult.Invalid invalid -> invalid.problems();
    };
  }
}
