package dev.pullcord.server.mirror;

import dev.pullcord.base.host.LastingThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One look at a time, on a thread of its own. Whoever asks while one is under way gets the next
 * one, together with everybody else who asks meanwhile: it begins after they asked.
 */
final class FetchQueue implements AutoCloseable {
  private final ExecutorService thread = LastingThreads.pool("upstream", 1);
  private final Runnable look;
  private @Nullable CompletableFuture<Void> next;
  private boolean running;

  /**
   * A queue.
   *
   * @param look what is done; throws nothing
   */
  FetchQueue(Runnable look) {
    this.look = look;
  }

  /** A look that begins after this call; completes when it has ended. */
  synchronized CompletableFuture<Void> request() {
    CompletableFuture<Void> waiting = next;
    if (waiting != null) {
      return waiting;
    }
    CompletableFuture<Void> made = new CompletableFuture<>();
    next = made;
    try {
      thread.execute(this::run);
    } catch (RejectedExecutionException e) {
      made.completeExceptionally(e); // the server stops
    }
    return made;
  }

  /** Whether a look is under way or asked for. */
  synchronized boolean busy() {
    return running || next != null;
  }

  private void run() {
    CompletableFuture<Void> asked = begin();
    try {
      look.run();
    } finally {
      ended();
      if (asked != null) {
        asked.complete(null);
      }
    }
  }

  private synchronized @Nullable CompletableFuture<Void> begin() {
    CompletableFuture<Void> asked = next;
    next = null;
    running = true;
    return asked;
  }

  private synchronized void ended() {
    running = false;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
