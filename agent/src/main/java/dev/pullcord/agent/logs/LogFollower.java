package dev.pullcord.agent.logs;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Masks;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.state.GenerationFiles;
import dev.pullcord.agent.state.GenerationProcesses;
import dev.pullcord.agent.state.StateDirectory;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * whatever newer generations say. Gives out whole lines only, and the last words of a generation
 * that has ended. A log that was cut off for its size is read from its beginning again. Values of
 * env-files are masked; what a generation says whose values the agent does not know any more is
 * left out. For one thread.
 */
final class LogFollower {
  /** How far back the last lines are looked for. */
  private static final int TAIL_BYTES = 1 << 20;

  /** Of one line at once. */
  private static final int READ_BYTES = 32 << 10;

  private final StateDirectory directory;
  private final @Nullable String worker;
  private final Masks masks;
  private final Map<Long, Source> sources = new TreeMap<>();

  /** A record is written once, so it is read once. */
  private final Map<Long, Generation> records = new TreeMap<>();

  private long printed;

  private static final class Source {
    private final Generation generation;
    private final String worker;
    private final GenerationFiles files;
    private final GenerationProcesses processes;
    private final Optional<String> secrets;
    private long offset;

    Source(StateDirectory directory, Generation generation) {
      this.generation = generation;
      this.worker = generation.worker();
      this.processes = new GenerationProcesses(directory, HostClock.system());
      this.files = new GenerationFiles(directory, generation.number());
      this.secrets = WorkerDefinition.ofNode(generation.identity());
    }

    /**
     * Whether nobody is left who could go on with its last line. To be asked before its log is
     * read: then nothing comes after what is read. Not looked into where there is nothing to read;
     * and for those whom the main process has left behind only where they may write a secret.
     */
    boolean hasEnded() throws IOException {
      if (files.log().toFile().length() == offset) {
        return false;
      }
      List<ProcessId> claimants = new ArrayList<>(files.startedAgainAs());
      files.startedAs().ifPresent(claimants::add);
      return !claimants.isEmpty()
          && claimants.stream().noneMatch(Processes::alive)
          && (secrets.isEmpty()
              || claimants.stream().noneMatch(main -> processes.hasLeft(generation, main)));
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
      append(generation.number(), shown ? last : Masks.NOT_SHOWN + "\n", text);
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
      append(source.getKey(), known(source.getValue()) ? lines : "", text);
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

  private String last(Source source, int lines) throws IOException {
    boolean ended = source.hasEnded();
    try (RandomAccessFile file = new RandomAccessFile(source.files.log().toFile(), "r")) {
      long length = file.length();
      long from = Math.max(0, length - TAIL_BYTES - masks.longest());
      byte[] bytes = bytes(file, from, (int) (length - from));
      int begin = from == 0 ? 0 : Masks.characterAt(bytes, masks.longest());
      int end = ended ? bytes.length : afterLastLine(bytes);
      source.offset = from + end;
      Deque<String> kept = new ArrayDeque<>();
      masks
          .piece(bytes, Math.min(begin, end), end)
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

  private String read(Source source) throws IOException {
    boolean ended = source.hasEnded();
    int held = masks.longest() + Masks.CHARACTER_BYTES;
    try (RandomAccessFile file = new RandomAccessFile(source.files.log().toFile(), "r")) {
      long length = file.length();
      if (length < source.offset) {
        source.offset = 0;
      }
      // What was given out before may be the beginning of a value.
      int begin = (int) Math.min(held, source.offset);
      long from = source.offset - begin;
      byte[] bytes = bytes(file, from, (int) Math.min(begin + READ_BYTES + held, length - from));
      int end = Math.max(begin, afterLastLine(bytes));
      if (ended && from + bytes.length == length) {
        end = bytes.length;
      } else if (end == begin && bytes.length == begin + READ_BYTES + held) {
        end = Masks.characterAt(bytes, begin + READ_BYTES); // one endless line
      }
      source.offset = from + end;
      String text = masks.piece(bytes, begin, end);
      return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    } catch (FileNotFoundException e) {
      return ""; // cleared away, or not there yet
    }
  }

  private static byte[] bytes(RandomAccessFile file, long from, int count) throws IOException {
    byte[] bytes = new byte[count];
    file.seek(from);
    file.readFully(bytes);
    return bytes;
  }

  private static int afterLastLine(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }
}
