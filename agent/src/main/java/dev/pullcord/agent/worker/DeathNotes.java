package dev.pullcord.agent.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in a file which workers died lately, for the next agent on the same state directory. Not
 * forced: what a power loss takes away is forgotten with the workers that it ended.
 */
public final class DeathNotes {
  private static final Logger LOG = LoggerFactory.getLogger(DeathNotes.class);

  private final Path file;

  /** In that file. */
  public DeathNotes(Path file) {
    this.file = file;
  }

  /**
   * How a worker died.
   *
   * @param worker its name
   * @param reason of the last death, one line
   * @param told the same, as it was said
   * @param inARow how many deaths without a minute of life between them
   * @param due when it may be started
   * @param times how many deaths while an agent looked, in ten minutes; 0 for none
   * @param first the first of these
   * @param last the last of these
   */
  record Note(
      String worker,
      String reason,
      String told,
      int inARow,
      Instant due,
      int times,
      Instant first,
      Instant last) {
    Note {
      if (Stream.of(worker, reason, told, due, first, last).anyMatch(Objects::isNull)
          || inARow < 1
          || times < 0) {
        throw new IllegalArgumentException("a note of a death is not complete");
      }
    }
  }

  private record Notes(List<Note> workers) {
    Notes {
      workers = List.copyOf(workers);
    }
  }

  /** None where the file is not there or says nothing that can be read. */
  List<Note> read() {
    try {
      Notes notes = PullcordJson.read(Files.readAllBytes(file), Notes.class);
      return notes.workers();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (JsonProcessingException e) {
      LOG.warn("{} cannot be read, deaths of workers are counted anew", file);
      return List.of();
    } catch (IOException e) {
      LOG.warn("deaths of workers are counted anew: {}", FileFault.of(e));
      return List.of();
    }
  }

  void write(List<Note> notes) {
    try {
      if (!notes.isEmpty()) {
        AtomicFiles.writeUnforced(file, PullcordJson.write(new Notes(notes)));
      } else {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("the next agent will not know which workers died: {}", FileFault.of(e));
    }
  }
}
