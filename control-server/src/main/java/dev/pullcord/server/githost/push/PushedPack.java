package dev.pullcord.server.githost.push;

import dev.pullcord.git.pack.PackRefusedException;
import dev.pullcord.git.pack.StagedPack;
import dev.pullcord.server.githost.entry.EntryLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.jspecify.annotations.Nullable;

/**
 * The body of a push: first the pkt-lines with the commands, then the pack. The pack is taken in
 * whole and within its limits before JGit reads of it; of large ones a few at a time, for reading a
 * pack takes memory and a core. Whoever waits is told.
 */
final class PushedPack extends FilterInputStream {
  private static final long LARGE_BYTES = 1 << 20;
  private static final Semaphore LARGE = new Semaphore(2, true);
  private static final int SAID_EVERY_SECONDS = 5;

  private final Consumer<String> say;
  private final @Nullable PackRefusedException refused;

  /**
   * A push.
   *
   * @param in its body
   * @param say a line to the pusher
   * @param refused why nothing of it is kept; null to keep it
   */
  PushedPack(InputStream in, Consumer<String> say, @Nullable PackRefusedException refused) {
    super(in);
    this.say = say;
    this.refused = refused;
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
    if (refused != null) {
      // Who does not read to the end breaks the pipe of a client that is still writing.
      body.transferTo(OutputStream.nullOutputStream());
      throw refused;
    }
    try (ObjectReader reader = repository.newObjectReader();
        StagedPack pack = StagedPack.receive(body, objects, reader, EntryLimits.PACK)) {
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
