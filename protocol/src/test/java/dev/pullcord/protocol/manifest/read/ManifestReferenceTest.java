package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference page says what the parser does. */
class ManifestReferenceTest {
  private static final Pattern YAML = Pattern.compile("```yaml\n(version:.*?)```", Pattern.DOTALL);

  @Test
  void namesEveryCode() throws IOException {
    Set<String> codes = new TreeSet<>(Set.of("MANIFEST_MISSING", "MANIFEST_NOT_A_FILE"));
    ManifestCases.all().stream()
        .flatMap(c -> c.problems().stream())
        .forEach(p -> codes.add("MANIFEST_" + p.substring(0, p.indexOf('@'))));
    List<String> lines = page().lines().toList();

    assertThat(codes)
        .hasSizeGreaterThan(15)
        .allSatisfy(code -> assertThat(lines).anyMatch(l -> l.startsWith("| `" + code + "` |")));
  }

  @Test
  void namesEveryKey() throws IOException {
    JsonNode definitions = PullcordJson.wire().readTree(SchemaCheck.FILE.toFile()).get("$defs");
    Set<String> keys = new TreeSet<>();
    List.of("bundle", "worker", "healthParts", "checkCommand")
        .forEach(
            d -> definitions.get(d).get("properties").fieldNames().forEachRemaining(keys::add));
    String page = page();

    assertThat(keys).hasSizeGreaterThan(20);
    assertThat(keys)
        .allSatisfy(key -> assertThat(page).containsPattern("[`.]" + Pattern.quote(key) + "`"));
  }

  @Test
  void itsExampleIsRight() throws IOException {
    Matcher example = YAML.matcher(page());

    assertThat(example.find()).isTrue();
    assertThat(ManifestParser.parse(example.group(1).getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ManifestResult.Valid.class);
  }

  private static String page() throws IOException {
    return Files.readString(SchemaCheck.ROOT.resolve("docs/reference/manifest.md"));
  }
}
