package dev.pullcord.benchmarks;

import dev.pullcord.base.disk.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A new directory for what a measurement writes, which is deleted when it ends. At Ctrl-C the
 * thread that made it is interrupted, so that it ends what it started; then it is deleted too.
 */
public final class Scratch implements AutoCloseable {
  private static final int ENDS_WITHIN_SECONDS = 30;

  private final Path directory;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  /**
   * Makes it, for this thread.
   *
   * @param name how its name begins
   */
  public Scratch(String name) throws IOException {
    directory = Files.createTempDirectory(name);
    Thread owner = Thread.currentThread();
    hook = new Thread(() -> interrupted(owner), "scratch");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Where it is. */
  public Path directory() {
    return directory;
  }

  private void interrupted(Thread owner) {
    owner.interrupt();
    try {
      if (!closed.await(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        FileTrees.delete(directory);
      }
    } catch (InterruptedException e) {
      owner.interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes it. */
  @Override
  public void close() throws IOException {
    try {
      FileTrees.delete(directory);
    } finally {
      closed.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // It runs, and waits for this.
      }
    }
  }
}
