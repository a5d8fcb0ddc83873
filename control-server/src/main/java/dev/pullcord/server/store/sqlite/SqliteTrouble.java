package dev.pullcord.server.store.sqlite;

import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteException;

/** Says what the disk did not do, where SQLite failed because of it. */
final class SqliteTrouble {
  private static final int CAUSES_MAX = 20;
  private static final int FULL = 13;
  private static final int READ_ONLY = 8;
  private static final int IO_ERROR = 10;
  private static final int CANNOT_OPEN = 14;
  private static final long ROOM_BYTES = 1 << 20;

  private final Path file;

  /** For the store in that file. */
  SqliteTrouble(Path file) {
    this.file = file.toAbsolutePath();
  }

  /** The failure in the store's words, if it is the disk's; else as it is. */
  RuntimeException explained(RuntimeException failure) {
    StoreException library = withoutLibrary(failure);
    if (library != null) {
      return library;
    }
    DiskTrouble trouble = trouble(failure);
    return trouble == null
        ? failure
        : new StoreException(trouble.code(), trouble.sentence(), failure);
  }

  /** Says that SQLite itself could not be loaded, if it is that; null if it is something else. */
  static @Nullable StoreException withoutLibrary(RuntimeException failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (cause instanceof NativeLibraryNotFoundException) {
        return new StoreException(
            "DB_OPEN",
            "SQLite's library cannot be loaded from %s, as where that is mounted noexec:"
                    .formatted(System.getProperty("java.io.tmpdir"))
                + " PULLCORD_JAVA_OPTS=-Dorg.sqlite.tmpdir=DIR names another directory",
            failure);
      }
      cause = cause.getCause();
    }
    return null;
  }

  private @Nullable DiskTrouble trouble(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (cause instanceof SQLiteException sqlite) {
        // The low byte is the kind; the rest says which call it was.
        return switch (sqlite.getResultCode().code & 0xff) {
          case FULL -> DiskTrouble.FULL;
          case READ_ONLY -> DiskTrouble.READ_ONLY;
          // SQLite calls it so too when there is no room for its index of the log.
          case IO_ERROR -> hasRoom() ? DiskTrouble.FAILING : DiskTrouble.FULL;
          case CANNOT_OPEN -> hasRoom() ? DiskTrouble.NO_FILES : DiskTrouble.FULL;
          default -> null;
        };
      }
      cause = cause.getCause();
    }
    return null;
  }

  private boolean hasRoom() {
    Path directory = file.getParent();
    try {
      return directory == null || Files.getFileStore(directory).getUsableSpace() > ROOM_BYTES;
    } catch (IOException _) {
      return true;
    }
  }
}
