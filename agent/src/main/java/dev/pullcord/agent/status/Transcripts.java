package dev.pullcord.agent.status;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import dev.pullcord.protocol.report.StepRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of the last 50 passes, a file of at most 4 MiB each, one JSON line a step. Not forced
 * and not trusted: a transcript that is lost or torn costs the next reader a line, and no pass
 * waits for one.
 */
public final class Transcripts {
  private static final Logger LOG = LoggerFactory.getLogger(Transcripts.class);
  private static final int KEPT = 50;
  private static final long BYTES_MAX = 4 << 20;

  private final Path directory;
  private final long togetherMax;

  /** In that directory. */
  public Transcripts(Path directory) {
    this(directory, BYTES_MAX);
  }

  /** Of which that many bytes are read at once; of the last pass always all. */
  Transcripts(Path directory, long togetherMax) {
    this.directory = directory;
    this.togetherMax = togetherMax;
  }

  /** Adds a step that has ended. */
  public void add(StepRecord step) {
    Path file = directory.resolve(String.format("%010d", step.pass()));
    try {
      boolean first = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      if (!first && (!isFile(file) || Files.size(file) > BYTES_MAX)) {
        return; // not ours, or a pass that is tried again for days
      }
      AtomicFiles.append(file, PullcordJson.write(step) + "\n");
      if (first) {
        prune();
      }
    } catch (IOException e) {
      LOG.warn("the transcript of pass {} is not complete: {}", step.pass(), FileFault.of(e));
    }
  }

  /**
   * The steps of the last passes, oldest first. Of many long ones the oldest are left out: whoever
   * asks has them all in memory at once, and so has the agent.
   */
  public List<StepRecord> last(int passes) {
    List<List<StepRecord>> newestFirst = new ArrayList<>();
    try {
      List<Path> files = files();
      long left = togetherMax;
      for (Path file : files.reversed().subList(0, Math.min(passes, files.size()))) {
        left -= Files.size(file);
        if (left < 0 && !newestFirst.isEmpty()) {
          break;
        }
        newestFirst.add(steps(file));
      }
    } catch (IOException e) {
      LOG.warn("transcripts cannot be read: {}", FileFault.of(e));
    }
    return newestFirst.reversed().stream().flatMap(List::stream).toList();
  }

  /** The highest number of a pass that has a transcript; 0 where there is none. */
  public long highest() {
    try {
      List<Path> files = files();
      return files.isEmpty() ? 0 : Long.parseLong(files.getLast().getFileName().toString());
    } catch (IOException e) {
      LOG.warn("transcripts cannot be listed: {}", FileFault.of(e));
      return 0;
    }
  }

  private static List<StepRecord> steps(Path file) throws IOException {
    List<StepRecord> steps = new ArrayList<>();
    for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8).split("\n")) {
      try {
        steps.add(PullcordJson.read(line, StepRecord.class));
      } catch (JsonProcessingException e) {
        LOG.warn("a line of {} is damaged, or torn by a kill: {}", file, e.getOriginalMessage());
      }
    }
    return steps;
  }

  private void prune() throws IOException {
    List<Path> files = files();
    for (Path file : files.subList(0, Math.max(0, files.size() - KEPT))) {
      Files.delete(file);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[0-9]{10}") && isFile(file))
          .sorted()
          .toList();
    }
  }

  /** A pipe in its place would never be read or written to its end. */
  private static boolean isFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }
}
