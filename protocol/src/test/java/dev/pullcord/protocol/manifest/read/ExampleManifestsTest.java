package dev.pullcord.protocol.manifest.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example that is shipped can be used as it stands. */
class ExampleManifestsTest {
  /** An empty list is a failure of its own: JUnit refuses a parameterized test without cases. */
  static List<Path> examples() throws IOException {
    try (Stream<Path> folders = Files.list(SchemaCheck.ROOT.resolve("manifests/examples"))) {
      return folders.map(f -> f.resolve(Manifest.FILE)).filter(Files::exists).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void parserAndSchemaAcceptIt(Path example) throws IOException {
    byte[] content = Files.readAllBytes(example);

    assertThat(ManifestParser.parse(content)).isInstanceOf(ManifestResult.Valid.class);
    assertThat(new SchemaCheck().errors(content).orElseThrow()).isEmpty();
  }
}
