package dev.pullcord.protocol.unit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrderLengthTest {
  private static final Path REFERENCE =
      Path.of(System.getProperty("pullcord.root", ".."), "docs/reference/cli.md");

  @Test
  void saysTheLimitThatHolds() {
    assertThat(OrderLength.RANGE)
        .isEqualTo(
            Durations.format(OrderLength.LEAST) + " to " + Durations.format(OrderLength.MOST));
  }

  @Test
  void theReferenceSaysTheSameOfEachOrder() throws IOException {
    List<String> said =
        Files.readString(REFERENCE)
            .replace('\n', ' ')
            .transform(text -> List.of(text.split("(?<=[.])\\s")))
            .stream()
            .filter(sentence -> sentence.startsWith("`--for` is "))
            .toList();
    assertThat(said).hasSize(3).containsOnly("`--for` is " + OrderLength.RANGE + ".");
  }
}
