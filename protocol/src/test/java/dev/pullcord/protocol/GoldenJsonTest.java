package dev.pullcord.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.ReportMessages;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GoldenJsonTest {
  private static final String MEANING =
      """
      %s.json is not what is written any more. Agents and servers of the version before send and \
      read it as the file says: a new optional field is fine (add it to the file), a renamed, \
      removed or retyped one cuts off every agent that is not upgraded yet. If that is meant, \
      raise ProtocolVersion and keep reading the old form for one version.\
      """;

  static Set<String> names() {
    return WireSamples.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void isWrittenAsItAlwaysWas(String name) throws IOException {
    String written = PullcordJson.write(sample(name).value());

    assertThat(written).as(MEANING.formatted(name)).isEqualTo(golden(name).toString());
  }

  @ParameterizedTest
  @MethodSource("names")
  void isReadBackEqual(String name) throws IOException {
    Object read = PullcordJson.wire().treeToValue(golden(name), sample(name).type());

    assertThat(read).as(MEANING.formatted(name)).isEqualTo(sample(name).value());
  }

  @ParameterizedTest
  @MethodSource("names")
  void isReadWithAFieldOfALaterVersion(String name) throws IOException {
    ObjectNode later = (ObjectNode) golden(name);
    later.put("added-later", "x");

    assertThat(PullcordJson.wire().treeToValue(later, sample(name).type()))
        .isEqualTo(sample(name).value());
  }

  @Test
  void aPeerThatKnowsNothingOfDriftIsRead() throws IOException {
    ObjectNode status = (ObjectNode) golden("node-status");
    ObjectNode node = (ObjectNode) golden("api-node");
    status.remove("drift");
    node.remove("drift");

    assertThat(PullcordJson.wire().treeToValue(status, NodeStatus.class).drift()).isNull();
    assertThat(PullcordJson.wire().treeToValue(node, NodeView.class).drift()).isNull();
  }

  @Test
  void everyGoldenFileHasASample() throws IOException, URISyntaxException {
    URL one = Objects.requireNonNull(getClass().getResource("/golden/report.json"));
    try (Stream<Path> files = Files.list(Path.of(one.toURI()).resolveSibling("."))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names().stream().map(n -> n + ".json").toList());
    }
  }

  @Test
  void everyMessageHasAGoldenFile() {
    Set<Class<?>> seen = new HashSet<>();
    WireSamples.all().values().forEach(s -> collect(s.value(), seen));
    List<String> packages = List.of("api", "channel", "desired", "enroll", "error", "report");

    Set<String> records =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(packages.stream().map(p -> "dev.pullcord.protocol." + p).toList())
                .stream()
                .filter(JavaClass::isRecord)
                .filter(c -> !c.getModifiers().contains(JavaModifier.PRIVATE))
                .map(JavaClass::getName)
                .filter(n -> !n.endsWith(".JoinToken"))
                .collect(Collectors.toCollection(TreeSet::new));
    seen.forEach(c -> records.remove(c.getName()));

    assertThat(records).as("records without a sample in WireSamples").isEmpty();
  }

  @Test
  void whatPeopleSendIsReadStrictly() {
    assertThatThrownBy(() ->
            PullcordJson.strict()
                .readValue("{\"ref\":\"a\",\"four\":\"2h\"}", PinView.Request.class))
        .isInstanceOf(UnrecognizedPropertyException.class);
    assertThatThrownBy(() ->
            PullcordJson.strict().readValue("{\"ref\":\"a\",\"ref\":\"b\"}", PinView.Request.class))
        .hasMessageContaining("Duplicate");
    assertThatThrownBy(
            () -> PullcordJson.strict().readValue("{\"ref\":\"a\"} x", PinView.Request.class))
        .isInstanceOf(IOException.class);
  }

  @Test
  void deepNestingIsCut() {
    String deep = "{\"x\":" + "[".repeat(100) + "]".repeat(100) + "}";

    assertThatThrownBy(() -> PullcordJson.wire().readValue(deep, ReportMessages.Heartbeat.class))
        .hasMessageContaining("depth");
  }

  private static void collect(Object value, Set<Class<?>> seen) {
    switch (value) {
      case Iterable<?> items -> items.forEach(i -> collect(i, seen));
      case Map<?, ?> map -> map.values().forEach(v -> collect(v, seen));
      case Record aRecord -> {
        seen.add(aRecord.getClass());
        for (var component : aRecord.getClass().getRecordComponents()) {
          try {
            Object part = component.getAccessor().invoke(aRecord);
            if (part != null) {
              collect(part, seen);
            }
          } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
          }
        }
      }
      default -> {
        // A plain value holds no messages.
      }
    }
  }

  private static WireSamples.Sample sample(String name) {
    return Objects.requireNonNull(WireSamples.all().get(name));
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream in = GoldenJsonTest.class.getResourceAsStream("/golden/" + name + ".json")) {
      return PullcordJson.wire().readTree(Objects.requireNonNull(in, name + ".json is missing"));
    }
  }
}
