package dev.pullcord.server.store;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the server must not lose.
 *
 * <p>Writes are serialised: each sees all that were submitted before it. A write is acknowledged,
 * by its future, only after it is on disk; a write whose task throws leaves nothing behind and
 * touches no other. Reads see one moment.
 */
public interface Store extends StoreReader, AutoCloseable {
  /**
   * Runs the task as a transaction of its own.
   *
   * @return completed after the commit; with the task's own exception if it threw, and with a
   *     {@link StoreException} if the disk or the queue said no
   */
  <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task);

  /** As {@link #submit}, and waits: when it returns, the change is on disk. */
  default <T extends @Nullable Object> T write(Task<T> task) {
    try {
      return submit(task).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * Whether the store has the git repository as well, and wins over the disk; else the disk has it.
   */
  default boolean keepsRepository() {
    return false;
  }

  /** Writes what was submitted and closes the files. */
  @Override
  void close();

  /** Work within one transaction. */
  @FunctionalInterface
  interface Task<T extends @Nullable Object> {
    /** Does it; an exception undoes it. */
    T run(Tables tables);
  }
}
