package dev.pullcord.server.host;

import dev.pullcord.server.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Tells a state directory that is new from one that has lost its store. */
public final class StoreFile {
  /** While this file is there, the rest is half of what a backup held. */
  public static final String RESTORING = "restore-unfinished";

  private StoreFile() {}

  /** Where the store of a state directory is. */
  public static Path of(Path state) {
    return state.resolve("store.db");
  }

  /**
   * Whether there is a store.
   *
   * @throws StoreException {@code DB_MISSING} or {@code DB_EMPTY}: there is none, but what it
   *     belongs to is there, so that a new one would be taken for a new fleet; {@code
   *     RESTORE_UNFINISHED}: a restore was cut short here
   */
  public static boolean exists(Path state) throws IOException {
    if (Files.exists(state.resolve(RESTORING))) {
      throw new StoreException(
          "RESTORE_UNFINISHED",
          state
              + " holds half of a backup, because a restore was cut short; run it again:"
              + " pullcord-server restore FILE --state "
              + state);
    }
    Path file = of(state);
    Path folder = state.resolve("repositories");
    boolean there = Files.exists(file);
    if (there && Files.size(file) > 0) {
      return true;
    }
    List<String> repositories = names(folder);
    if (!repositories.isEmpty()) {
      throw new StoreException(
          there ? "DB_EMPTY" : "DB_MISSING",
          file
              + (there ? " is empty" : " is missing")
              + ", but "
              + folder
              + " has "
              + String.join(", ", repositories)
              + ": the nodes, tokens and deployments of this server are lost; restore them from a"
              + " backup into an empty directory (pullcord-server restore), or name another --state"
              + " for a new server");
    }
    return false;
  }

  private static List<String> names(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(p -> String.valueOf(p.getFileName()))
          .filter(n -> n.endsWith(".git"))
          .sorted()
          .toList();
    }
  }
}
