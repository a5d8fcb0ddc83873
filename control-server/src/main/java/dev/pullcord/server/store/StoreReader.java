package dev.pullcord.server.store;

import org.jspecify.annotations.Nullable;

/** What the server keeps, for whoever only looks. */
public interface StoreReader {
  /** Runs the task on a consistent view; it must not write. */
  <T extends @Nullable Object> T read(Store.Task<T> task);
}
