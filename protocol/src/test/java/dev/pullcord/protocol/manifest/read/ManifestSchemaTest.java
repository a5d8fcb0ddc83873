package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestSchemaTest {
  private static final SchemaCheck SCHEMA = new SchemaCheck();

  static List<ManifestCases.Case> cases() {
    // Ten thousand levels overflow the stack of every YAML library that builds objects.
    return ManifestCases.all().stream().filter(c -> !c.name().startsWith("M12")).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refusesWhatASchemaCanRefuse(ManifestCases.Case bad) {
    Optional<List<String>> errors = SCHEMA.errors(bad.content());

    switch (bad.schema()) {
      case REFUSES -> assertThat(errors.orElseThrow()).isNotEmpty();
      case AGREES -> assertThat(errors.orElseThrow()).isEmpty();
      case CANNOT ->
          assertThat(errors.orElse(List.of()))
              .as("it can after all: say so in cases.txt")
              .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"whole.yaml", "smallest-for-celery.yaml", "everything-built.yaml"})
  void acceptsTheWholeManifest(String file) {
    assertThat(SCHEMA.errors(ManifestCases.content(file)).orElseThrow()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9ms",
        "10ms",
        "99999ms",
        "600000ms",
        "600001ms",
        "1s",
        "599s",
        "600s",
        "601s",
        "1m",
        "10m",
        "11m",
        "1h",
        "0s",
        "1d",
        "1.5s",
        "1 s",
        "-1s",
        "1w",
        "s",
        "05s"
      })
  void drawsTheLimitsOfACheckWhereTheParserDoes(String timeout) {
    assertSame("check: [{run: [a], timeout: \"" + timeout + "\"}]\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9ms",
        "10ms",
        "86400000ms",
        "86400001ms",
        "79999999ms",
        "86400s",
        "86401s",
        "1440m",
        "1441m",
        "24h",
        "25h",
        "1d",
        "2d",
        "0h",
        "20h",
        "90000s",
        "999m",
        "2000m"
      })
  void drawsTheLimitsOfADeadlineWhereTheParserDoes(String deadline) {
    assertSame(
        "workers: {w: {kind: process, run: [a], health: {kind: command, run: [a], deadline: \""
            + deadline
            + "\"}}}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/",
        "a/b",
        ".hidden",
        "..a",
        "a..",
        "a/..b/c",
        "ü/x",
        "a b",
        ".gitignore",
        ".github/",
        "/",
        ".",
        "..",
        "./a",
        "a/.",
        "a/..",
        "a/../b",
        "a//b",
        "a//",
        ".git",
        ".GIT/x",
        ".pullcord",
        ".pullcord/x",
        "a*",
        "a?",
        "a\\u0001",
        ""
      })
  void drawsTheLimitsOfAPathWhereTheParserDoes(String path) {
    String manifest = "version: 1\nbundles: {one: {paths: [\"" + path + "\"]}}\n";
    assertAgreed(manifest);
  }

  @Test
  void describesEveryKeyForEditors() throws IOException {
    JsonNode root = PullcordJson.wire().readTree(SchemaCheck.FILE.toFile());
    JsonNode definitions = root.get("$defs");
    List<JsonNode> described =
        List.of(
            root,
            definitions.get("bundle"),
            definitions.get("worker"),
            definitions.get("healthParts"),
            definitions.get("checkCommand"));

    assertThat(described.stream().flatMap(d -> d.get("properties").propertyStream()))
        .hasSizeGreaterThan(30)
        .allSatisfy(property -> {
          JsonNode value = property.getValue();
          String ref = value.path("$ref").asText();
          JsonNode target = definitions.path(ref.substring(ref.lastIndexOf('/') + 1));
          assertThat(value.has("description") || target.has("description"))
              .as(property.getKey())
              .isTrue();
        });
  }

  private static void assertSame(String tail) {
    assertAgreed("version: 1\nbundles: {one: {paths: [a]}}\n" + tail);
  }

  private static void assertAgreed(String manifest) {
    byte[] content = manifest.getBytes(StandardCharsets.UTF_8);
    boolean parserAccepts = ManifestParser.parse(content) instanceof ManifestResult.Valid;
    assertThat(SCHEMA.errors(content).orElseThrow().isEmpty()).isEqualTo(parserAccepts);
  }
}
