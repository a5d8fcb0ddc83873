package dev.pullcord.server.githost.database;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.StoreReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the disk of a server that waits near the repository of its store: looks every few seconds,
 * and fetches what is new with a pause after each piece, so that the database and the network are
 * left to the active server. What cannot be done now is tried again.
 *
 * <p>It is never in the way of a takeover: {@link #close} waits for no answer of the database. What
 * is left is fetched by whoever opens the repository then.
 */
public final class RepositoryFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryFollower.class);
  private static final TimeUnit MILLIS = TimeUnit.MILLISECONDS;
  private static final Duration EVERY = Duration.ofSeconds(10);

  /** After each piece of 1 MiB: 40 MiB in a second at most. */
  private static final Duration PAUSE = Duration.ofMillis(25);

  private final Supplier<Store> opening;
  private final Path directory;
  private final Pause pause;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile @Nullable RepositoryCatchUp catchUp;
  private @Nullable Store store;
  private String trouble = "";

  /**
   * One that does nothing yet.
   *
   * @param opening opens the store beside the server that has it
   * @param directory the folder of repositories, which nothing else uses until this is closed
   */
  public RepositoryFollower(Supplier<Store> opening, Path directory) {
    this(opening, directory, null);
  }

  /** The same with another pause. */
  RepositoryFollower(Supplier<Store> opening, Path directory, @Nullable Pause pause) {
    this.opening = opening;
    this.directory = directory;
    this.pause = pause == null ? this::pause : pause;
  }

  /** Waits after a piece. */
  @FunctionalInterface
  interface Pause {
    /** Returns when the next one may be fetched. */
    void pass() throws InterruptedException;
  }

  private void pause() throws InterruptedException {
    if (closed.await(PAUSE.toMillis(), MILLIS)) {
      LOG.debug("no pause: it is closed");
    }
  }

  /** Begins, on a thread of its own. */
  public void start() {
    LastingThreads.start("repository-follower", this::run);
  }

  private void run() {
    try {
      do {
        look();
      } while (!closed.await(EVERY.toMillis(), MILLIS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      drop();
    }
  }

  /** Once. */
  void look() {
    try {
      RepositoryCatchUp now = catchUp;
      if (store == null || now == null) {
        Store opened = opening.get();
        store = opened;
        StoreReader paced = new Paced(opened);
        now = now == null ? new RepositoryCatchUp(paced) : now.over(paced);
        catchUp = now;
      }
      if (closed.getCount() > 0) {
        now.run(directory);
        trouble = "";
      }
    } catch (CancellationException e) {
      LOG.debug("ended", e);
    } catch (StoreException e) {
      drop();
      LOG.debug("the repository is not followed now", e);
    } catch (IOException | RuntimeException e) {
      drop();
      String what = String.valueOf(e.getMessage());
      if (closed.getCount() > 0 && !what.equals(trouble)) {
        LOG.warn("the repository is not followed now: {}", what);
      }
      trouble = what;
    }
  }

  private void drop() {
    Store open = store;
    store = null;
    if (open != null) {
      open.close();
    }
  }

  /** What it has done, for whoever goes on; null where it did nothing. */
  @Nullable RepositoryCatchUp done() {
    return catchUp;
  }

  @Override
  public void close() {
    closed.countDown();
    RepositoryCatchUp now = catchUp;
    if (now != null) {
      now.end();
    }
  }

  /** Reads piece by piece, and no more when the server does not wait any more. */
  private final class Paced implements StoreReader {
    private final StoreReader real;

    Paced(StoreReader real) {
      this.real = real;
    }

    @Override
    public <T extends @Nullable Object> T read(Store.Task<T> task) {
      try {
        pause.pass();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (closed.getCount() == 0) {
        throw new CancellationException("the server waits no more");
      }
      return real.read(task);
    }
  }
}
