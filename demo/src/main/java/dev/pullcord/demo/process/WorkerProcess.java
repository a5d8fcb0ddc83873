package dev.pullcord.demo.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A worker that an agent started, found by the note that its shim left in the generation's
 * directory. Workers outlive their agent on purpose, so whoever starts a fleet for an hour has to
 * end them. Only the very process of the note is ever signalled: pid and start time must match.
 *
 * @param generation the number of its generation
 * @param pid its process id
 * @param startTicks when it was started, in the kernel's ticks
 * @param directory of the generation: its log, its link, what it writes
 */
public record WorkerProcess(long generation, long pid, String startTicks, Path directory) {
  /** Those of an agent's state directory that live, oldest generation first. */
  public static List<WorkerProcess> living(Path stateDirectory) {
    List<WorkerProcess> found = new ArrayList<>();
    Path generations = stateDirectory.resolve("generations");
    if (!Files.isDirectory(generations)) {
      return found;
    }
    try (Stream<Path> directories = Files.list(generations)) {
      for (Path directory : directories.toList()) {
        read(directory, found);
      }
    } catch (NoSuchFileException e) {
      return living(stateDirectory); // one was collected while we looked
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.removeIf(worker -> !worker.isAlive());
    found.sort(Comparator.comparingLong(WorkerProcess::generation));
    return found;
  }

  private static void read(Path directory, List<WorkerProcess> into) throws IOException {
    Path started = directory.resolve("started");
    String name = directory.getFileName().toString();
    if (!Files.exists(started) || !name.matches("[0-9]+")) {
      return;
    }
    String[] words = Files.readString(started).strip().split(" ", -1);
    if (words.length >= 2 && words[0].matches("[0-9]+")) {
      into.add(
          new WorkerProcess(Long.parseLong(name), Long.parseLong(words[0]), words[1], directory));
    }
  }

  /** Whether this very process runs. */
  public boolean isAlive() {
    return ProcFs.startTicks(pid).filter(startTicks::equals).isPresent();
  }

  /** Asks it to end and kills it when it has not within that time. */
  public void end(Duration patience) {
    ProcessHandle.of(pid)
        .filter(_ -> isAlive())
        .ifPresent(handle -> {
          handle.destroy();
          if (!gone(handle, patience) && isAlive()) {
            handle.destroyForcibly();
            gone(handle, patience);
          }
        });
  }

  private static boolean gone(ProcessHandle handle, Duration limit) {
    try {
      handle.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    }
  }
}
