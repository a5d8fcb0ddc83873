package dev.pullcord.agent.report;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a report is written and read. */
final class SpoolFile {
  private static final Logger LOG = LoggerFactory.getLogger(ReportSpool.class);

  private static final int REPORT_BYTES_MAX = 512 << 10;

  private SpoolFile() {}

  /**
   * What that file holds; null when it is not there, or not as it was written.
   *
   * @throws IOException when it cannot be read now, which may pass
   */
  static <T> @Nullable T read(Path file, Class<T> type) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(file + " is no file, and one is expected; move it away");
    }
    try {
      return PullcordJson.read(Files.readAllBytes(file), type);
    } catch (JacksonException e) {
      LOG.error("STATE_DAMAGED  {} is not as it was written", file);
      return null;
    }
  }

  /** As much of it as is kept: outputs are cut until it fits. */
  static byte[] fitting(SpooledReport report) {
    byte[] json = encode(report);
    for (int chars = StepRecord.OUTPUT_LIMIT_BYTES / 2;
        json.length > REPORT_BYTES_MAX && chars > 100;
        chars /= 2) {
      json = encode(report.withOutputsOf(chars));
    }
    return json;
  }

  static byte[] encode(SpooledReport report) {
    return PullcordJson.write(report).getBytes(StandardCharsets.UTF_8);
  }
}
