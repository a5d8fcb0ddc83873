package dev.pullcord.systemtests.secrets;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Looks again and again at the command line and the environment of each process that the programs
 * start, the short ones included.
 */
final class ProcessWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(10);

  private final Secrets secrets;
  private final Set<Long> roots = ConcurrentHashMap.newKeySet();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final String[] itsOwn;
  private final Thread thread = new Thread(this::run, "process-watch");
  private volatile boolean closed;

  /**
   * A watch that has begun.
   *
   * @param itsOwn secrets that a worker is given by its environment
   */
  ProcessWatch(Secrets secrets, String... itsOwn) {
    this.secrets = secrets;
    this.itsOwn = itsOwn;
    thread.start();
  }

  /** From now on this process, and all that it starts. */
  void of(long pid) {
    roots.add(pid);
  }

  /** Whether a process was seen whose command line has that. */
  boolean saw(String part) {
    return seen.stream().anyMatch(line -> line.contains(part));
  }

  private void run() {
    while (!closed) {
      for (long root : roots) {
        ProcessHandle.of(root)
            .ifPresent(process -> {
              look(process.pid());
              try (Stream<ProcessHandle> all = process.descendants()) {
                all.forEach(p -> look(p.pid()));
              }
            });
      }
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  private void look(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      String line = Files.readString(proc.resolve("cmdline")).replace('\0', ' ').strip();
      boolean fresh = seen.add(line);
      if (fresh) {
        secrets.look("the command line " + line, line);
      }
      secrets.look(
          "the environment of " + line, Files.readAllBytes(proc.resolve("environ")), itsOwn);
    } catch (IOException | UncheckedIOException _) {
      // It has ended.
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
