package dev.pullcord.agent.report;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.id.ReportNumber;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports that wait for the server, one file each, on disk before {@link #append} returns.
 *
 * <p>Bounded: beyond the limits the oldest go first; the newest, which alone sets the node's state,
 * is never dropped. Numbers only rise, also over restarts: they are reserved on disk in blocks.
 *
 * <p>A disk that takes nothing (full, read-only, out of inodes) keeps no report from the server:
 * what cannot be written waits in memory, within bounds of its own, and each later report tries the
 * disk again. A file that cannot be read is left where it is, counts for none that waits, and holds
 * up none of the others.
 */
final class ReportSpool {
  private static final Logger LOG = LoggerFactory.getLogger(ReportSpool.class);
  private static final String NUMBERS = "numbers";
  private static final long BLOCK = 1000;
  private static final int IN_MEMORY_OUTPUT_CHARS = 2000;

  private final Path directory;
  private final Limits limits;
  private final Deque<Item> items = new ArrayDeque<>();
  private final UnreadableReports unreadable;
  private String trouble = "";
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
   * @param inMemory of these at most so many that the disk did not take
   */
  record Limits(int files, long bytes, int inMemory) {
    static final Limits DEFAULT = new Limits(10_000, 64L << 20, 50);
  }

  /** A report; {@code held} is null while its file has it. */
  record Item(Path file, long n, long bytes, @Nullable SpooledReport held) {}

  /** What is on disk beside the reports. */
  record Numbers(long epoch, long reserved) {}

  ReportSpool(Path directory, Limits limits) {
    this(directory, limits, System::nanoTime);
  }

  /** The same, by that clock. */
  ReportSpool(Path directory, Limits limits, LongSupplier nanos) {
    this.directory = directory;
    this.limits = limits;
    this.unreadable = new UnreadableReports(directory, nanos);
    Numbers numbers = null;
    try {
      Files.createDirectories(directory);
      list();
      numbers = SpoolFile.read(directory.resolve(NUMBERS), Numbers.class);
    } catch (IOException e) {
      troubled(e);
    }
    long newest = items.isEmpty() ? 0 : items.getLast().n();
    this.epoch = numbers == null ? 0 : numbers.epoch();
    this.last = Math.max(newest, numbers == null ? 0 : numbers.reserved());
    this.reserved = last;
  }

  /** How many wait that can be read, as far as that is known. */
  synchronized int size() {
    List<Item> again = unreadable.due();
    if (!again.isEmpty()) {
      List<Item> all = Stream.concat(again.stream(), items.stream()).toList();
      items.clear();
      bytes = 0;
      all.stream().sorted(Comparator.comparingLong(Item::n)).forEach(this::add);
    }
    return items.size();
  }

  /** The highest epoch that reports were written in; 0 before the first. */
  synchronized long epoch() {
    return epoch;
  }

  /** The epoch that reports are written in from now on. */
  synchronized void epoch(long issued) {
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
      List<StepRecord> steps) {
    long n = nextNumber();
    SpooledReport report =
        new SpooledReport(epoch, n, at, revision, deployment, status.fitting(), steps);
    add(
        written(
            directory.resolve(String.format("%019d.json", n)), SpoolFile.fitting(report), report));
    while (items.size() > 1 && (items.size() > limits.files() || bytes > limits.bytes())) {
      drop(items.getFirst());
    }
    List<Item> held = items.stream().filter(item -> item.held() != null).toList();
    held.stream().limit(Math.max(0, held.size() - limits.inMemory())).forEach(this::drop);
  }

  private Item written(Path file, byte[] json, SpooledReport report) {
    try {
      if (!trouble.isEmpty() && !Files.exists(directory)) {
        Files.createDirectories(directory);
      }
      AtomicFiles.write(file, json);
      mended();
      return new Item(file, report.n(), json.length, null);
    } catch (IOException e) {
      troubled(e);
      SpooledReport small = report.withOutputsOf(IN_MEMORY_OUTPUT_CHARS);
      return new Item(file, report.n(), SpoolFile.encode(small).length, small);
    }
  }

  private void add(Item item) {
    items.addLast(item);
    bytes += item.bytes();
  }

  private void troubled(IOException e) {
    String now = FileFault.of(e, directory);
    if (trouble.isEmpty()) {
      LOG.warn("SPOOL_UNWRITABLE  {}; reports go to the server from memory meanwhile", now);
    }
    trouble = now;
  }

  private void mended() {
    if (!trouble.isEmpty()) {
      trouble = "";
      LOG.info("{} takes reports again", directory);
    }
  }

  /** A number for a report that is not kept: it comes after all that are, and before the next. */
  synchronized ReportNumber unkept() {
    return new ReportNumber(epoch, nextNumber());
  }

  /** What could not be reserved may be given again after a restart, in another epoch then. */
  private long nextNumber() {
    if (last == reserved) {
      reserved += BLOCK;
      storeNumbers();
    }
    return ++last;
  }

  /** The oldest, at most so many and so many bytes, but at least one if one can be read. */
  synchronized List<SpooledReport> oldest(int countMax, long bytesMax) {
    List<SpooledReport> batch = new ArrayList<>();
    long size = 0;
    for (Item item : List.copyOf(items)) {
      size += item.bytes();
      if (batch.size() == countMax || (!batch.isEmpty() && size > bytesMax)) {
        break;
      }
      try {
        SpooledReport held = item.held();
        SpooledReport report = held == null ? unreadable.read(item) : held;
        if (report == null) {
          remove(item.n());
        } else {
          batch.add(report.epoch() == 0 ? numbered(item, report) : report);
        }
      } catch (IOException e) {
        items.remove(item);
        bytes -= item.bytes();
        unreadable.add(item, e);
      }
    }
    return batch;
  }

  /** The server has stored everything up to and including this number. */
  synchronized void stored(List<SpooledReport> sent, ReportNumber upTo) {
    for (SpooledReport report : sent) {
      if (report.numbered().number().compareTo(upTo) <= 0) {
        remove(report.n());
      }
    }
  }

  /** Takes out a report that the server will never take. */
  synchronized void remove(long n) {
    Iterator<Item> each = items.iterator();
    while (each.hasNext()) {
      Item item = each.next();
      if (item.n() == n) {
        each.remove();
        bytes -= item.bytes();
        delete(item.file());
        return;
      }
    }
  }

  /** Not forced: what comes back is sent again by the next start, and changes nothing. */
  private void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      troubled(e);
    }
  }

  private SpooledReport numbered(Item item, SpooledReport report) {
    SpooledReport numbered = report.inEpoch(epoch);
    Item now = written(item.file(), SpoolFile.encode(numbered), numbered);
    if (now.held() != null) {
      List<Item> all = new ArrayList<>(items);
      all.replaceAll(other -> other.n() == item.n() ? now : other);
      items.clear();
      items.addAll(all);
      bytes += now.bytes() - item.bytes();
    }
    return numbered;
  }

  private void drop(Item item) {
    remove(item.n());
    if (dropped++ % BLOCK == 0) {
      LOG.warn("SPOOL_FULL  the server is away for long; the oldest reports go; see why");
    }
  }

  private void storeNumbers() {
    try {
      AtomicFiles.write(
          directory.resolve(NUMBERS), PullcordJson.write(new Numbers(epoch, reserved)));
    } catch (IOException e) {
      troubled(e);
    }
  }

  private void list() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          LOG.warn("{} is no file, and no report is read from it", file);
        } else if (name.matches("[0-9]{19}\\.json")) {
          long n = Long.parseLong(name.substring(0, 19));
          items.addLast(new Item(file, n, Files.size(file), null));
        } else if (name.matches("[0-9]{19}\\.json\\.new")) {
          Files.delete(file); // of an agent that was killed; no later report has this number
        }
      }
    }
    bytes = items.stream().mapToLong(Item::bytes).sum();
  }
}
