package dev.pullcord.server.store.sqlite;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.pullcord.server.store.DiskTrouble;
import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.NativeLibraryNotFoundException;
import org.sqlite.SQLiteException;

/** Says what the disk did not do, where SQLite failed because of it. */
final class SqliteTrouble {
  private static final int CAUSES_MAX = 20;
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int FULL = 13;
  private static final int READ_ONLY = 8;
  private static final int IO_ERROR = 10;
  private static final int CANNOT_OPEN = 14;
  private static final long ROOM_BYTES = 1 << 20;
  private static final String TRIAL = "-trial";
  private static final int TRIAL_BYTES = 4096;

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
    return switch (kind(failure)) {
      case FULL -> DiskTrouble.FULL;
      case READ_ONLY -> DiskTrouble.READ_ONLY;
      case IO_ERROR -> asked().orElse(DiskTrouble.FAILING);
      case CANNOT_OPEN -> asked().orElse(DiskTrouble.NO_FILES);
      default -> null;
    };
  }

  /** Whether another program held the file for longer than is waited for it. */
  static boolean isLocked(Throwable failure) {
    int kind = kind(failure);
    return kind == BUSY || kind == LOCKED;
  }

  /** SQLite's word for what went wrong; 0 where it is none of SQLite's. */
  private static int kind(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
      if (cause instanceof SQLiteException sqlite) {
        // The low byte is the kind; the rest says which call it was.
        return sqlite.getResultCode().code & 0xff;
      }
      cause = cause.getCause();
    }
    return 0;
  }

  /**
   * What the disk itself says to a few bytes more. SQLite has one word for no room for its index of
   * the log, a quota, and a sync that found no room, and does not tell the system's.
   */
  private Optional<DiskTrouble> asked() {
    Path directory = file.getParent();
    if (directory == null) {
      return Optional.empty();
    }
    try {
      if (Files.getFileStore(directory).getUsableSpace() <= ROOM_BYTES) {
        return Optional.of(DiskTrouble.FULL);
      }
      Path trial = directory.resolve(file.getFileName() + TRIAL);
      try (FileChannel channel = FileChannel.open(trial, CREATE, WRITE, DELETE_ON_CLOSE)) {
        channel.write(ByteBuffer.allocate(TRIAL_BYTES));
        channel.force(true);
      }
      return Optional.empty();
    } catch (IOException e) {
      return DiskTrouble.of(e);
    }
  }
}
