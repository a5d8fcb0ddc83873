package dev.pullcord.server.githost.database;

import dev.pullcord.server.store.Store;
import java.io.Serial;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store whose server dies, or whose database goes away, before or after a certain write. */
final class KillableStore implements Store {
  private final Store store;
  private final Supplier<Throwable> end;
  private int left;
  private boolean ended;

  /**
   * @param left how many moments pass until then; each write has one before and one after it
   * @param end what is thrown then, and at each write after it
   */
  KillableStore(Store store, int left, Supplier<Throwable> end) {
    this.store = store;
    this.left = left;
    this.end = end;
  }

  /** The end of a server. */
  static final class Killed extends Error {
    @Serial private static final long serialVersionUID = 1L;
  }

  boolean ended() {
    return ended;
  }

  /** From now on nothing happens any more. */
  void heal() {
    left = Integer.MAX_VALUE;
  }

  private void pass() {
    if (--left <= 0) {
      ended = true;
      switch (end.get()) {
        case Error error -> throw error;
        case RuntimeException e -> throw e;
        case Throwable other -> throw new IllegalStateException(other);
      }
    }
  }

  @Override
  public <T extends @Nullable Object> CompletableFuture<T> submit(Task<T> task) {
    pass();
    T value = store.write(task);
    pass();
    return CompletableFuture.completedFuture(value);
  }

  @Override
  public <T extends @Nullable Object> T read(Task<T> task) {
    return store.read(task);
  }

  @Override
  public boolean keepsRepository() {
    return store.keepsRepository();
  }

  @Override
  public void close() {}
}
