package dev.pullcord.server.backup;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.DirectoryLock;
import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.server.desired.Incarnations;
import dev.pullcord.server.githost.repository.RepositoryBundle;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.host.StateFiles;
import dev.pullcord.server.host.StoreFile;
import dev.pullcord.server.security.token.Secrets;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.JoinTokenTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.sqlite.SqliteStore;
import dev.pullcord.server.store.sqlite.StoreCopy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes an empty state directory into what a backup holds.
 *
 * <p>Order: every part of the backup is read and compared with its checksum; a mark says that the
 * restore has begun; the repository, the keys, and the store last. While the mark is there no
 * server starts. A restore that fails leaves the directory empty; one that was killed leaves the
 * mark, and the next one begins again.
 */
public final class ServerRestore {
  private static final Set<String> NOT_OURS = Set.of("lock", "lost+found");
  private static final int INVITATIONS_MAX = 100_000;

  private final Path state;
  private final InstantSource clock;
  private final String who;

  /**
   * @param state the state directory
   * @param who restores, for the audit log
   */
  public ServerRestore(Path state, InstantSource clock, String who) {
    this.state = state.toAbsolutePath().normalize();
    this.clock = clock;
    this.who = who;
  }

  /** Restores all of it; when this returns, a server can be started. */
  public BackupContent run(Path file) throws IOException {
    requireEmpty();
    try (BackupFile backup = BackupFile.open(file)) {
      BackupContent content = backup.content();
      StateFiles.directory(state);
      try (DirectoryLock _ = StateFiles.lock(state)) {
        requireEmpty();
        Path mark = state.resolve(StoreFile.RESTORING);
        AtomicFiles.write(mark, file + "\n");
        clear();
        try {
          extract(backup);
          restoreStore(backup, content);
        } catch (IOException | RuntimeException e) {
          clear();
          Files.deleteIfExists(mark);
          throw e;
        }
        Files.delete(mark);
      }
      return content;
    }
  }

  private void requireEmpty() throws IOException {
    if (!Files.isDirectory(state) || Files.exists(state.resolve(StoreFile.RESTORING))) {
      return;
    }
    List<String> there = names();
    if (!there.isEmpty()) {
      throw new IllegalArgumentException(
          "STATE_NOT_EMPTY  "
              + state
              + " has "
              + String.join(", ", there)
              + "; a restore goes into an empty directory only. Stop the server, move what is there"
              + " away, or name another --state");
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(state)) {
      return entries
          .map(p -> String.valueOf(p.getFileName()))
          .filter(n -> !NOT_OURS.contains(n) && !n.equals(StoreFile.RESTORING))
          .sorted()
          .toList();
    }
  }

  private void extract(BackupFile backup) throws IOException {
    Path repository = null;
    for (String relative : backup.files()) {
      String name = BackupLayout.repositoryOf(relative);
      if (name != null && repository == null) {
        repository = state.resolve("repositories").resolve(name + ".git");
        StateFiles.directory(state.resolve("repositories"));
        RepositoryStore.create(state.resolve("repositories"), name).close();
      }
    }
    if (repository == null) {
      throw new IOException("BACKUP_DAMAGED  the backup has no repository");
    }
    try (InputStream bundle = backup.read(BackupLayout.REPOSITORY)) {
      RepositoryBundle.read(bundle, repository);
    }
    for (String relative : backup.files()) {
      Path to = state.resolve(relative);
      directories(to);
      Files.deleteIfExists(to); // HEAD of the repository that was just made
      try (InputStream in = backup.read(BackupLayout.FILES + relative)) {
        StateFiles.copy(in, to);
      }
    }
  }

  private void directories(Path file) throws IOException {
    Path folder = state;
    Path relative = state.relativize(file);
    for (int i = 0; i < relative.getNameCount() - 1; i++) {
      folder = folder.resolve(relative.getName(i));
      StateFiles.directory(folder);
    }
  }

  /** The store gets its name last: a directory with one is whole. */
  private void restoreStore(BackupFile backup, BackupContent content) throws IOException {
    Path restored = state.resolve("restored.db");
    try (InputStream in = backup.read(BackupLayout.STORE)) {
      StateFiles.copy(in, restored);
    }
    List<String> problems = StoreCopy.problems(restored);
    if (!problems.isEmpty()) {
      throw new IOException("BACKUP_DAMAGED  the store in it: " + String.join("; ", problems));
    }
    try (Store store = SqliteStore.open(restored)) {
      Instant now = clock.instant();
      String from = "made " + content.madeAt() + ", revision " + content.revision();
      store.write(tables -> {
        // Who joined with one since then is not known: it would let somebody in twice.
        tables.joinTokens().longest(INVITATIONS_MAX).stream()
            .map(JoinTokenTable.StoredInvitation::id)
            .forEach(tables.joinTokens()::remove);
        tables.audit().append(new AuditTable.Act(now, who, "restore", "server", null, from));
        return true;
      });
      Incarnations.begin(store, Long.toHexString(Secrets.id()), clock);
    }
    Path log = state.resolve("restored.db-wal");
    if (StateFiles.bytes(log) > 0) {
      throw new IOException(log + " could not be written into the store");
    }
    AtomicFiles.rename(restored, StoreFile.of(state));
  }

  private void clear() throws IOException {
    for (String name : names()) {
      FileTrees.delete(state.resolve(name));
    }
  }
}
