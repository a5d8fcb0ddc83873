package dev.pullcord.agent.journal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DatabindException;
import dev.pullcord.agent.history.Entry;
import dev.pullcord.protocol.MissingPart;
import dev.pullcord.protocol.PullcordJson;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/** One entry as a line: eight hex digits of CRC-32C, a space, JSON, a newline. */
final class JournalLine {
  private static final int CHECKSUM_LENGTH = 8;

  private JournalLine() {}

  static byte[] write(Entry entry) {
    String json = PullcordJson.write(entry);
    return (checksum(json) + " " + json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The entry; empty when the checksum or the JSON is not right. */
  static Optional<Entry> read(String line) {
    try {
      return json(line).isEmpty()
          ? Optional.empty()
          : Optional.of(PullcordJson.read(json(line).get(), Entry.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it is whole JSON as an agent wrote it, and yet no entry of this version: only a newer
   * agent knows its kind, or a value in it.
   */
  static boolean isOfNewer(String line) {
    try {
      if (json(line).isPresent()) {
        PullcordJson.read(json(line).get(), Entry.class);
      }
      return false;
    } catch (DatabindException | MissingPart _) {
      return true;
    } catch (JsonProcessingException _) {
      return false;
    }
  }

  /** What stands after its checksum, if that is right. */
  private static Optional<String> json(String line) {
    if (line.length() < CHECKSUM_LENGTH + 2 || line.charAt(CHECKSUM_LENGTH) != ' ') {
      return Optional.empty();
    }
    return Optional.of(line.substring(CHECKSUM_LENGTH + 1))
        .filter(json -> checksum(json).equals(line.substring(0, CHECKSUM_LENGTH)));
  }

  private static String checksum(String json) {
    CRC32C crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
