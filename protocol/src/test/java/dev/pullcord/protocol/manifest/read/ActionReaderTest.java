package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.action.ActionSpec;
import dev.pullcord.protocol.manifest.action.ParameterSpec;
import dev.pullcord.protocol.manifest.action.ValuePattern;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ActionReaderTest {
  private static final String HEAD = "version: 1\nbundles: {all: {paths: [bin/]}}\nactions:\n";

  @Test
  void readsAnActionWithAllThatItHas() {
    Manifest manifest =
        ((ManifestResult.Valid)
                parse(
                    "  clear: {run: [bin/a, \"{d}\"], timeout: 2m,"
                        + " params: {d: {pattern: \"[0-9]+\", default: \"7\"}}}\n"))
            .manifest();

    assertThat(manifest.actions())
        .isEqualTo(
            Map.of(
                "clear",
                new ActionSpec(
                    "clear",
                    List.of("bin/a", "{d}"),
                    Duration.ofMinutes(2),
                    Map.of("d", new ParameterSpec(ValuePattern.of("[0-9]+"), "7")))));
  }

  @Test
  void aPlaceWithoutAParameterAndAParameterWithoutAPlaceAreWrong() {
    assertThat(problems("  a: {run: [bin/a, \"{d}\"], params: {e: {pattern: x}}}\n"))
        .containsExactly(
            "MANIFEST_COMMAND 4:20 {d} has no parameter; there is e",
            "MANIFEST_COMMAND 4:36 no argument has {e}; put it into run, or take the parameter"
                + " out");
  }

  @Test
  void theProgramIsNeverAParameter() {
    assertThat(problems("  a: {run: [\"{d}\"], params: {d: {pattern: x}}}\n"))
        .containsExactly(
            "MANIFEST_COMMAND 4:13 {d} in the program's name; only arguments take parameters");
  }

  @Test
  void aBadPatternAndADefaultThatDoesNotMatchAreSaidWhereTheyStand() {
    assertThat(
            problems(
                "  a: {run: [bin/a, \"{d}{e}\"], params: {d: {pattern: \"a(\"},"
                    + " e: {pattern: \"[0-9]\", default: \"77\"}}}\n"))
        .containsExactly(
            "MANIFEST_VALUE 4:53 \"a(\" cannot be a pattern: at character 3, a group is not"
                + " closed; ) is expected",
            "MANIFEST_VALUE 4:91 \"77\" does not match the pattern [0-9]");
  }

  private static ManifestResult parse(String actions) {
    return ManifestParser.parse((HEAD + actions).getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> problems(String actions) {
    return ((ManifestResult.Invalid) parse(actions))
        .problems().stream().map(ActionReaderTest::text).toList();
  }

  private static String text(ManifestProblem problem) {
    return "%s %d:%d %s"
        .formatted(problem.code(), problem.line(), problem.column(), problem.message());
  }
}
