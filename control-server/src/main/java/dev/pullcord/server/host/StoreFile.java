package dev.pullcord.server.host;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.RepositoryTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresNote;
import dev.pullcord.server.store.postgres.PostgresStore;
import dev.pullcord.server.store.postgres.PostgresTurn;
import dev.pullcord.server.store.postgres.StoreMove;
import dev.pullcord.server.store.postgres.StoreServer;
import dev.pullcord.server.store.sqlite.SqliteStore;
import dev.pullcord.server.store.sqlite.StoreCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The store of a state directory: a file in it, or the database that a note in it names. Tells a
 * directory that is new from one that has lost its store.
 */
public final class StoreFile {
  /** While this file is there, the rest is half of what a backup held. */
  public static final String RESTORING = "restore-unfinished";

  private StoreFile() {}

  /** Opens the store, alone. */
  public static Store open(Path state) {
    return PostgresNote.read(state)
        .map(note -> PostgresStore.open(note.address(), holder(state), note.id()))
        .orElseGet(() -> SqliteStore.open(of(state)));
  }

  /**
   * How a server that is to run gets its store, or refuses what the configuration and the directory
   * say of it differently. A directory with neither store nor note is a new host of the store that
   * is configured.
   *
   * @param configured where the configuration says that it is; null for the file
   * @param self how others find this server
   * @return empty when the store is the file
   */
  public static Optional<PostgresTurn> turn(
      Path state, @Nullable PostgresAddress configured, StoreServer self) throws IOException {
    PostgresNote note = PostgresNote.read(state).orElse(null);
    if (configured == null && note != null) {
      throw new IllegalArgumentException(
          "STORE_MOVED  the store of "
              + state
              + " is in "
              + note.url()
              + "; say so in server.yaml: store: "
              + note.url());
    }
    if (configured != null && note == null && exists(state)) {
      throw new IllegalArgumentException(
          "STORE_NOT_MOVED  server.yaml says that the store is in "
              + configured
              + ", but it is in "
              + of(state)
              + "; move it: pullcord-server migrate-store --state "
              + state);
    }
    if (configured == null) {
      return Optional.empty();
    }
    String id = note == null ? PostgresStore.id(configured) : note.id();
    return Optional.of(new PostgresTurn(configured, holder(state), id, self));
  }

  /** Notes where the database is: on a new host, and when it has another address now. */
  public static void note(Path state, PostgresAddress configured) throws IOException {
    Optional<PostgresNote> note = PostgresNote.read(state);
    String id = note.map(PostgresNote::id).orElseGet(() -> PostgresStore.id(configured));
    PostgresNote now = PostgresNote.of(id, configured);
    if (!note.equals(Optional.of(now))) {
      now.write(state);
    }
  }

  /** Whether the store is a database, which servers of several hosts may have. */
  public static boolean isShared(Path state) {
    return PostgresNote.read(state).isPresent();
  }

  /** Opens the store beside a server that may be running. */
  public static Store openBesideServer(Path state) {
    return PostgresNote.read(state)
        .map(note -> PostgresStore.openBesideServer(note.address()))
        .orElseGet(() -> SqliteStore.openBesideServer(of(state)));
  }

  /** Copies the store, as it is at one moment, into a file that is absent or empty. */
  public static void copy(Path state, Path to) {
    PostgresNote.read(state)
        .ifPresentOrElse(
            note -> StoreMove.intoFile(note.address(), to), () -> StoreCopy.copy(of(state), to));
  }

  /** What branches and tags name in the database; empty for a store that is a file. */
  public static List<CommitId> kept(Path state) {
    if (PostgresNote.read(state).isEmpty()) {
      return List.of();
    }
    try (Store store = openBesideServer(state)) {
      return store.read(tables ->
          tables.repository().refs().stream()
              .filter(ref -> !ref.name().equals(RepositoryTable.HEAD))
              .map(ref -> new CommitId(ref.target()))
              .toList());
    }
  }

  private static String holder(Path state) {
    return "pullcord-server of "
        + OsUser.host()
        + ", process "
        + ProcessHandle.current().pid()
        + ", state directory "
        + state;
  }

  /** Where the file of a store that is a file is. */
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
    if (PostgresNote.read(state).isPresent()) {
      return true;
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
