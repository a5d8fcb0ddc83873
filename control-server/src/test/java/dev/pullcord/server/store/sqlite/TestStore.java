package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Stores for tests that are not about how a store is made: {@link SqliteStore} opens them as any
 * other, but the tables of a new one are copied from one that it made before. To make them takes
 * ten times the CPU of all else that an opening does.
 */
public final class TestStore {
  private TestStore() {}

  /** Opens the file; where it is absent, with the tables of this version in it. */
  public static Store open(Path file) {
    if (!Files.exists(file)) {
      try {
        Files.write(file, Made.WITHOUT_ROWS);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return SqliteStore.open(file);
  }

  private static final class Made {
    static final byte[] WITHOUT_ROWS = make();

    private static byte[] make() {
      try {
        Path directory = Files.createTempDirectory("store");
        Path file = directory.resolve("made.db");
        SqliteStore.open(file).close();
        byte[] made = Files.readAllBytes(file);
        Files.delete(file);
        Files.delete(directory); // nothing else is in it: what was written is in the file
        return made;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
