package dev.pullcord.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.read.ManifestParser;
import dev.pullcord.testkit.hostile.HostileInputs;
import dev.pullcord.testkit.hostile.ParserTrial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people and repositories write in YAML is read or refused, whatever it is. */
class TextsUnderHostileInputTest {
  private static final Path ROOT = Path.of(System.getProperty("pullcord.root"));

  private final ParserTrial trial = new ParserTrial(Set.of());

  @TempDir Path directory;

  @Test
  void aManifestIsReadOrRefused() throws IOException {
    List<byte[]> manifests = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("manifests/examples"))) {
      for (Path file : files.filter(f -> f.endsWith("pullcord.yaml")).sorted().toList()) {
        manifests.add(Files.readAllBytes(file));
      }
    }
    try (Stream<Path> files = Files.list(ROOT.resolve("protocol/src/test/resources/manifests"))) {
      for (Path file : files.sorted().toList()) {
        manifests.add(Files.readAllBytes(file));
      }
    }
    List<String> harm =
        trial.run(
            new HostileInputs(6, manifests),
            ParserTrial.inputs(),
            input -> assertThat(ManifestParser.parse(input)).isNotNull());
    assertThat(harm).isEmpty();
  }

  @Test
  void anAgentsConfigurationIsReadOrRefused() throws IOException {
    byte[] right =
        """
        state: /var/lib/pullcord
        node: edge-1
        git: {url: "https://git.example/fleet.git", branch: main, poll: 30s}
        keep-for: 48h
        env-files: [/etc/pullcord/env/]
        labels: {role: grep}
        """
            .getBytes(StandardCharsets.UTF_8);
    Path file = directory.resolve("agent.yaml");
    List<String> harm =
        trial.run(
            new HostileInputs(7, List.of(right)),
            ParserTrial.inputs(),
            input -> {
              Files.write(file, input);
              assertThat(ConfigReader.read(file, null, "edge-1")).isNotNull();
            });
    assertThat(harm).isEmpty();
  }
}
