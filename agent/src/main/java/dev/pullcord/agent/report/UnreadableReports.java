package dev.pullcord.agent.report;

import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports whose files cannot be read, each minute once more. Says so once, and once when all of
 * them can be.
 */
final class UnreadableReports {
  private static final Logger LOG = LoggerFactory.getLogger(ReportSpool.class);
  private static final long AGAIN_NANOS = Duration.ofMinutes(1).toNanos();

  private final Path directory;
  private final LongSupplier nanos;
  private final List<ReportSpool.Item> items = new ArrayList<>();
  private final Set<Path> known = new HashSet<>();
  private long since;

  /** In that directory, by that clock. */
  UnreadableReports(Path directory, LongSupplier nanos) {
    this.directory = directory;
    this.nanos = nanos;
  }

  /** Reads it; null when it is not there, or not as it was written. */
  @Nullable SpooledReport read(ReportSpool.Item item) throws IOException {
    SpooledReport report = SpoolFile.read(item.file(), SpooledReport.class);
    if (known.remove(item.file()) && known.isEmpty()) {
      LOG.info("all reports in {} can be read again", directory);
    }
    return report;
  }

  /** One that could not be read. */
  void add(ReportSpool.Item item, IOException e) {
    if (known.isEmpty()) {
      LOG.warn(
          "SPOOL_UNREADABLE  {}; tried again each minute, and the other reports are sent",
          FileFault.of(e, directory));
    }
    known.add(item.file());
    if (items.isEmpty()) {
      since = nanos.getAsLong();
    }
    items.add(item);
  }

  /** Those that are to be tried again; they are known of here no more. */
  List<ReportSpool.Item> due() {
    if (items.isEmpty() || nanos.getAsLong() - since < AGAIN_NANOS) {
      return List.of();
    }
    List<ReportSpool.Item> due = List.copyOf(items);
    items.clear();
    return due;
  }
}
