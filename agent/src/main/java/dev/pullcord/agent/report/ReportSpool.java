package dev.pullcord.agent.report;

import com.fasterxml.jackson.core.JacksonException;
import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports that wait for the server, one file each, on disk before {@link #append} returns.
 *
 * <p>Bounded: beyond the limits the oldest go first; the newest, which alone sets the node's state,
 * is never dropped. Numbers only rise, also over restarts: they are reserved on disk in blocks.
 */
final class ReportSpool {
  private static final Logger LOG = LoggerFactory.getLogger(ReportSpool.class);
  private static final String NUMBERS = "numbers";
  private static final long BLOCK = 1000;
  private static final int REPORT_BYTES_MAX = 512 << 10;

  private final Path directory;
  private final Limits limits;
  private final Deque<Item> items = new ArrayDeque<>();
  private long bytes;
  private long epoch;
  private long last;
  private long reserved;
  private long dropped;

  /**
   * How much is kept.
   *
   * @param files at most
   * @param bytes at most, together
   */
  record Limits(int files, long bytes) {
    static final Limits DEFAULT = new Limits(10_000, 64L << 20);
  }

  private record Item(Path file, long n, long bytes) {}

  /** What is on disk beside the reports. */
  record Numbers(long epoch, long reserved) {}

  ReportSpool(Path directory, Limits limits) throws IOException {
    this.directory = directory;
    this.limits = limits;
    Files.createDirectories(directory);
    list();
    Numbers numbers = read(directory.resolve(NUMBERS), Numbers.class);
    long newest = items.isEmpty() ? 0 : items.getLast().n();
    this.epoch = numbers == null ? 0 : numbers.epoch();
    this.last = Math.max(newest, numbers == null ? 0 : numbers.reserved());
    this.reserved = last;
  }

  synchronized int size() {
    return items.size();
  }

  /** The epoch that reports are written in from now on. */
  synchronized void epoch(long issued) throws IOException {
    if (issued != epoch) {
      epoch = issued;
      storeNumbers();
    }
  }

  synchronized void append(
      Instant at,
      long revision,
      @Nullable Long deployment,
      NodeStatus status,
      List<StepRecord> steps)
      throws IOException {
    long n = nextNumber();
    byte[] json = fitting(new SpooledReport(epoch, n, at, revision, deployment, status, steps));
    Path file = directory.resolve(String.format("%019d.json", n));
    AtomicFiles.write(file, json);
    items.addLast(new Item(file, n, json.length));
    bytes += json.length;
    while (items.size() > 1 && (items.size() > limits.files() || bytes > limits.bytes())) {
      drop(items.getFirst());
      if (dropped++ % BLOCK == 0) {
        LOG.warn("SPOOL_FULL  the server is away for long; the oldest reports are dropped");
      }
    }
  }

  /** A number for a report that is not kept: it comes after all that are, and before the next. */
  synchronized ReportNumber unkept() throws IOException {
    return new ReportNumber(epoch, nextNumber());
  }

  private long nextNumber() throws IOException {
    if (last == reserved) {
      reserved += BLOCK;
      storeNumbers();
    }
    return ++last;
  }

  /** The oldest, at most so many and so many bytes, but at least one if there is one. */
  synchronized List<SpooledReport> oldest(int countMax, long bytesMax) throws IOException {
    List<SpooledReport> batch = new ArrayList<>();
    long size = 0;
    for (Item item : List.copyOf(items)) {
      size += item.bytes();
      if (batch.size() == countMax || (!batch.isEmpty() && size > bytesMax)) {
        break;
      }
      SpooledReport report = read(item.file(), SpooledReport.class);
      if (report == null) {
        drop(item);
      } else {
        batch.add(report.epoch() == 0 ? numbered(item, report) : report);
      }
    }
    return batch;
  }

  /** The server has stored everything up to and including this number. */
  synchronized void stored(List<SpooledReport> sent, ReportNumber upTo) throws IOException {
    for (SpooledReport report : sent) {
      if (report.numbered().number().compareTo(upTo) <= 0) {
        remove(report.n());
      }
    }
  }

  /** Takes out a report that the server will never take. */
  synchronized void remove(long n) throws IOException {
    Iterator<Item> each = items.iterator();
    while (each.hasNext()) {
      Item item = each.next();
      if (item.n() == n) {
        each.remove();
        bytes -= item.bytes();
        // Not forced: what comes back after a power loss is sent again and changes nothing.
        Files.deleteIfExists(item.file());
        return;
      }
    }
  }

  private SpooledReport numbered(Item item, SpooledReport report) throws IOException {
    SpooledReport numbered = report.inEpoch(epoch);
    AtomicFiles.write(item.file(), encode(numbered));
    return numbered;
  }

  private void drop(Item item) throws IOException {
    remove(item.n());
  }

  private static byte[] fitting(SpooledReport report) {
    byte[] json = encode(report);
    for (int chars = StepRecord.OUTPUT_LIMIT_BYTES / 2;
        json.length > REPORT_BYTES_MAX && chars > 100;
        chars /= 2) {
      json = encode(report.withOutputsOf(chars));
    }
    return json;
  }

  private static byte[] encode(SpooledReport report) {
    return PullcordJson.write(report).getBytes(StandardCharsets.UTF_8);
  }

  private void storeNumbers() throws IOException {
    String json = PullcordJson.write(new Numbers(epoch, reserved));
    AtomicFiles.write(directory.resolve(NUMBERS), json);
  }

  private void list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.matches("[0-9]{19}\\.json")) {
          items.addLast(new Item(file, Long.parseLong(name.substring(0, 19)), Files.size(file)));
        }
      }
    }
    bytes = items.stream().mapToLong(Item::bytes).sum();
  }

  private static <T> @Nullable T read(Path file, Class<T> type) throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      return PullcordJson.wire().readValue(Files.readAllBytes(file), type);
    } catch (JacksonException e) {
      LOG.error("STATE_DAMAGED  {} is not as it was written", file);
      return null;
    }
  }
}
