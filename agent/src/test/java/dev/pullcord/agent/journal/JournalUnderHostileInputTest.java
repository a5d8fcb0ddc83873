package dev.pullcord.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.testkit.hostile.HostileInputs;
import dev.pullcord.testkit.hostile.ParserTrial;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that a disk, a person or a newer version has written to is read all the same. */
class JournalUnderHostileInputTest {
  private final ParserTrial trial = new ParserTrial(Set.of());

  @TempDir Path directory;

  @Test
  void aDamagedFileIsReadToItsEnd() throws IOException {
    HostileInputs inputs = new HostileInputs(1, List.of(golden("journal-before-overlap")));
    Path file = directory.resolve("journal");
    List<String> harm =
        trial.run(
            inputs,
            ParserTrial.inputs(),
            input -> {
              Files.write(file, input);
              assertThat(Journal.peek(file)).isNotNull();
            });
    assertThat(harm).isEmpty();
  }

  @Test
  void anEntryWithARightChecksumAndAnyContentIsReadOrLeftOut() throws IOException {
    List<byte[]> entries =
        new String(golden("journal-before-overlap"), StandardCharsets.UTF_8)
            .lines()
            .map(line -> line.substring(9).getBytes(StandardCharsets.UTF_8))
            .toList();
    Path file = directory.resolve("journal");
    List<String> harm =
        trial.run(
            new HostileInputs(2, entries),
            ParserTrial.inputs(),
            input -> {
              Files.write(file, checksummed(input));
              assertThat(Journal.peek(file)).isNotNull();
            });
    assertThat(harm).isEmpty();
  }

  private static byte[] checksummed(byte[] input) {
    String json = new String(input, StandardCharsets.UTF_8).replace('\n', ' ');
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    String line = HexFormat.of().toHexDigits((int) crc.getValue()) + " " + json + "\n";
    return line.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in =
        JournalUnderHostileInputTest.class.getResourceAsStream("/golden/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
