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

  /** In that directory. */
  public Transcripts(Path directory) {
    this.directory = directory;
  }

  /** Adds a step that has ended. */
  public void add(StepRecord step) {
    Path file = directory.resolve(String.format("%010d", step.pass()));
    try {
      boolean first = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      if (!first && Files.size(file) > BYTES_MAX) {
        return; // a pass that is tried again for days
      }
      AtomicFiles.append(file, PullcordJson.write(step) + "\n");
      if (first) {
        prune();
      }
    } catch (IOException e) {
      LOG.warn("the transcript of pass {} is not complete: {}", step.pass(), FileFault.of(e));
    }
  }

  /** The steps of the last passes, oldest first. */
  public List<StepRecord> last(int passes) {
    List<StepRecord> steps = new ArrayList<>();
    try {
      List<Path> files = files();
      for (Path file : files.subList(Math.max(0, files.size() - passes), files.size())) {
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
          steps.add(PullcordJson.read(line, StepRecord.class));
        }
      }
    } catch (JsonProcessingException e) {
      LOG.warn("a transcript was torn by a kill: {}", e.getOriginalMessage());
    } catch (IOException e) {
      LOG.warn("transcripts cannot be read: {}", FileFault.of(e));
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
      return files.filter(f -> f.getFileName().toString().matches("[0-9]{10}")).sorted().toList();
    }
  }
}
