package dev.pullcord.server;

import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A store whose disk is full while a test says so. */
public final class FullAtTimes implements Store {
  public volatile boolean full;

  /** Whether it becomes full only when a transaction has done its work. */
  public boolean undoes;

  /** Whether it was closed. */
  public boolean closed;

  /** What it says then. */
  public StoreException trouble =
      new StoreException(DiskTrouble.FULL.code(), DiskTrouble.FULL.sentence());

  private final Store real;

  public FullAtTimes(Store real) {
    this.real = real;
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
    if (full) {
      return CompletableFuture.failedFuture(trouble);
    }
    return real.submit(tables -> {
      T done = task.run(tables);
      if (undoes) {
        throw trouble;
      }
      return done;
    });
  }

  @Override
  public <T extends @Nullable Object> T read(Task<T> task) {
    return real.read(task);
  }

  @Override
  public void close() {
    real.close();
    closed = true;
  }
}
