package dev.pullcord.systemtests.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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

  /** From now on this process, which this one has started, and all that it starts. */
  void of(long pid) {
    roots.add(pid);
  }

  /** Whether a process was seen whose command line has that. */
  boolean saw(String part) {
    return seen.stream().anyMatch(line -> line.contains(part));
  }

  private void run() {
    while (!closed) {
      // Each look for descendants reads all of /proc: one for all that this process has started.
      try (Stream<ProcessHandle> all = ProcessHandle.current().descendants()) {
        all.filter(this::isOfThem).forEach(process -> look(process.pid()));
      }
      LockSupport.parkNanos(EVERY.toNanos());
    }
  }

  private boolean isOfThem(ProcessHandle process) {
    Optional<ProcessHandle> up = Optional.of(process);
    while (up.isPresent() && !roots.contains(up.get().pid())) {
      up = up.get().parent();
    }
    return up.isPresent();
  }

  private void look(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      String line = Files.readString(proc.resolve("cmdline")).replace('\0', ' ').strip();
      boolean fresh = seen.add(line);
      if (fresh) {
        secrets.look("the command line " + line, line);
      }
      byte[] environment = Files.readAllBytes(proc.resolve("environ"));
      // The same one again can only have what was not known as a secret before.
      if (seen.add(line + "\0" + secrets.known() + "\0" + new String(environment, ISO_8859_1))) {
        secrets.look("the environment of " + line, environment, itsOwn);
      }
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
