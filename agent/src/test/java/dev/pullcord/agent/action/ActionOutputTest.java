package dev.pullcord.agent.action;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.agent.host.Masks;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActionOutputTest {
  private static final String SECRET = "s3cret-of-the-bröker";

  private final Masks masks = new Masks();
  private final ActionOutput output = new ActionOutput(masks);

  private void write(String text, int atOnce) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int from = 0; from < bytes.length; from += atOnce) {
      byte[] some = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + atOnce));
      output.wrote(some, some.length);
    }
  }

  @Test
  void aSecretThatALongLineIsCutInIsMaskedWherever() {
    masks.add("k1", List.of(SECRET));
    for (int before = 32 * 1024 - 60; before < 32 * 1024 + 60; before++) {
      ActionOutput longLine = new ActionOutput(masks);
      String text = "a".repeat(before) + SECRET + "b".repeat(70_000) + "\nend";
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      longLine.wrote(bytes, bytes.length);
      longLine.ends();

      assertThat(longLine.kept().replaceAll("[*]+", "****"))
          .as("after %d", before)
          .isEqualTo("a".repeat(before) + "****" + "b".repeat(70_000) + "\nend");
    }
  }

  @Test
  void aLongLineIsTheSameInWhateverPiecesItComes() {
    masks.add("k1", List.of(SECRET));
    String line = "ö€😀".repeat(10_000) + SECRET + "ü".repeat(20_000) + "\n";

    write(line, 4096);
    output.ends();

    assertThat(output.kept().replaceAll("[*]+", "****")).isEqualTo(line.replace(SECRET, "****"));
  }

  @Test
  void aLongLineIsToldBeforeItEnds() {
    write("a".repeat(100_000), 8192);

    assertThat(output.kept()).hasSizeGreaterThan(60_000);
  }
}
