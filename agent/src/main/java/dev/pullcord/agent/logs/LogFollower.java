package dev.pullcord.agent.logs;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.StateDirectory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the logs of a worker, or of all: the end of the newest generation's, then what comes, and
 * whatever newer generations say. Gives out whole lines only. A log that was cut off for its size
 * is read from its beginning again. Values of env-files are masked, line by line; what a generation
 * says whose values the agent does not know any more is left out. For one thread.
 */
final class LogFollower {
  /** How far back the last lines are looked for. */
  private static final int TAIL_BYTES = 1 << 20;

  private static final int READ_BYTES = 32 << 10;

  private final StateDirectory directory;
  private final @Nullable String worker;
  private final Masks masks;
  private final Map<Long, Source> sources = new TreeMap<>();

  /** A record is written once, so it is read once. */
  private final Map<Long, Generation> records = new TreeMap<>();

  private long printed;

  private static final class Source {
    private final String worker;
    private final Path log;
    private final Optional<String> secrets;
    private long offset;

    Source(StateDirectory directory, Generation generation) {
      this.worker = generation.worker();
      this.log = new GenerationFiles(directory, generation.number()).log();
      this.secrets = WorkerDefinition.ofNode(generation.identity());
    }
  }

  /** Of that worker; null for all. */
  LogFollower(StateDirectory directory, @Nullable String worker, Masks masks) {
    this.directory = directory;
    this.worker = worker;
    this.masks = masks;
  }

  /** The workers that have a log, each with its newest generation. */
  private Collection<Generation> newest() throws IOException {
    Map<String, Generation> newest = new LinkedHashMap<>();
    List<Long> numbers = GenerationFiles.numbers(directory);
    records.keySet().retainAll(numbers);
    for (long number : numbers) {
      if (!records.containsKey(number)) {
        new GenerationFiles(directory, number)
            .record()
            .ifPresent(record -> records.put(number, record));
      }
    }
    records.values().stream()
        .filter(generation -> worker == null || worker.equals(generation.worker()))
        .forEach(generation -> newest.put(generation.worker(), generation));
    return newest.values();
  }

  /** The last lines; empty when there is no such worker. */
  Optional<String> begin(int lines) throws IOException {
    StringBuilder text = new StringBuilder();
    Collection<Generation> newest = newest();
    for (Generation generation : newest) {
      Source source = new Source(directory, generation);
      sources.put(generation.number(), source);
      String last = last(source, lines);
      boolean shown = last.isEmpty() || known(source);
      append(generation.number(), shown ? masks.mask(last) : Masks.NOT_SHOWN + "\n", text);
    }
    return newest.isEmpty() ? Optional.empty() : Optional.of(text.toString());
  }

  /** What has come since, in whole lines; empty when nothing has. */
  String more() throws IOException {
    for (Generation generation : newest()) {
      sources.computeIfAbsent(generation.number(), number -> new Source(directory, generation));
    }
    StringBuilder text = new StringBuilder();
    for (Map.Entry<Long, Source> source : List.copyOf(sources.entrySet())) {
      String lines = read(source.getValue());
      append(source.getKey(), known(source.getValue()) ? masks.mask(lines) : "", text);
    }
    return text.toString();
  }

  private boolean known(Source source) {
    return source.secrets.isEmpty() || masks.knows(source.secrets.get());
  }

  private void append(long number, String lines, StringBuilder text) {
    if (lines.isEmpty()) {
      return;
    }
    Source source = sources.get(number);
    if (printed != number && source != null && (printed != 0 || sources.size() > 1)) {
      text.append("==> ").append(source.worker).append(", generation ").append(number);
      text.append(" <==\n");
    }
    printed = number;
    text.append(lines);
  }

  private static String last(Source source, int lines) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(source.log.toFile(), "r")) {
      long length = file.length();
      long from = Math.max(0, length - TAIL_BYTES);
      byte[] bytes = new byte[(int) (length - from)];
      file.seek(from);
      file.readFully(bytes);
      String whole = wholeLines(bytes, bytes.length);
      source.offset = from + whole.getBytes(StandardCharsets.ISO_8859_1).length;
      Deque<String> kept = new ArrayDeque<>();
      utf8(whole)
          .lines()
          .forEach(line -> {
            kept.add(line);
            if (kept.size() > lines) {
              kept.removeFirst();
            }
          });
      return kept.isEmpty() ? "" : String.join("\n", kept) + "\n";
    } catch (FileNotFoundException e) {
      return ""; // it has said nothing yet
    }
  }

  private static String read(Source source) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(source.log.toFile(), "r")) {
      if (file.length() < source.offset) {
        source.offset = 0;
      }
      byte[] bytes = new byte[(int) Math.min(READ_BYTES, file.length() - source.offset)];
      file.seek(source.offset);
      file.readFully(bytes);
      String whole = wholeLines(bytes, bytes.length);
      if (whole.isEmpty() && bytes.length == READ_BYTES) {
        whole = new String(bytes, StandardCharsets.ISO_8859_1) + "\n"; // one endless line
        source.offset += READ_BYTES;
        return utf8(whole);
      }
      source.offset += whole.length();
      return utf8(whole);
    } catch (FileNotFoundException e) {
      return ""; // cleared away, or not there yet
    }
  }

  /** Up to the last end of a line; each character is a byte. */
  private static String wholeLines(byte[] bytes, int length) {
    String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
    return text.substring(0, text.lastIndexOf('\n') + 1);
  }

  private static String utf8(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
