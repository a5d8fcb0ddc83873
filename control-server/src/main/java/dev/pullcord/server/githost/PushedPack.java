package dev.pullcord.server.githost;

import dev.pullcord.git.pack.PackLimits;
import dev.pullcord.git.pack.StagedPack;
import dev.pullcord.git.tree.TreeLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;

/**
 * The body of a push: first the pkt-lines with the commands, then the pack. The pack is taken in
 * whole and within its limits before JGit reads of it; of large ones a few at a time, for reading a
 * pack takes memory and a core. Whoever waits is told.
 */
final class PushedPack extends FilterInputStream {
  /** What a pack of a push may hold; docs/reference/limits.md has the same table. */
  static final PackLimits LIMITS =
      new PackLimits(
          1L << 30,
          500_000,
          1 << 20,
          TreeLimits.TREE_BYTES_MAX,
          TreeLimits.BLOB_BYTES_MAX,
          1 << 20,
          4L << 30);

  private static final long LARGE_BYTES = 1 << 20;
  private static final Semaphore LARGE = new Semaphore(2, true);
  private static final int SAID_EVERY_SECONDS = 5;

  private final Consumer<String> say;

  /**
   * A push.
   *
   * @param in its body
   * @param say a line to the pusher
   */
  PushedPack(InputStream in, Consumer<String> say) {
    super(in);
    this.say = say;
  }

  /** What is done with a pack. */
  @FunctionalInterface
  interface Reading<E extends Exception> {
    /** Reads this stream, which is the pack from now on. */
    void read() throws IOException, E;
  }

  /** Takes the pack in and lets it be read. */
  <E extends Exception> void read(Repository repository, Reading<E> reading) throws IOException, E {
    Path objects = repository.getDirectory().toPath().resolve("objects");
    InputStream body = in;
    try (ObjectReader reader = repository.newObjectReader();
        StagedPack pack = StagedPack.receive(body, objects, reader, LIMITS)) {
      boolean large = pack.length() > LARGE_BYTES;
      if (large) {
        await();
      }
      try (InputStream staged = pack.open()) {
        in = staged;
        reading.read();
      } finally {
        in = body;
        if (large) {
          LARGE.release();
        }
      }
    }
  }

  private void await() throws IOException {
    try {
      for (int seconds = 0; !LARGE.tryAcquire(SAID_EVERY_SECONDS, TimeUnit.SECONDS); ) {
        seconds += SAID_EVERY_SECONDS;
        say.accept("waiting for " + seconds + " s: other large pushes are being read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server stops", e);
    }
  }
}
