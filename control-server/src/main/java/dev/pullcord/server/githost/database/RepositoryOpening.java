package dev.pullcord.server.githost.database;

import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Opens the repository of a server that has its store. */
public final class RepositoryOpening {
  private RepositoryOpening() {}

  /**
   * Opens it. Where the store keeps it, the disk is first made equal; a store that has none yet
   * takes what is on the disk.
   *
   * @param directory the folder of repositories
   */
  public static RepositoryStore open(Store store, Path directory) throws IOException {
    return open(store, directory, null);
  }

  /**
   * The same after a wait.
   *
   * @param follower what kept the disk near the store meanwhile; it is closed
   */
  public static RepositoryStore open(
      Store store, Path directory, @Nullable RepositoryFollower follower) throws IOException {
    if (!store.keepsRepository()) {
      return RepositoryStore.open(directory);
    }
    Optional<String> name = store.read(tables -> tables.repository().name());
    if (name.isEmpty() && Files.isDirectory(directory)) {
      RepositoryAdoption.Copied copied = new RepositoryAdoption(store).run(directory);
      store.write(tables -> {
        tables.repository().begin(copied.name());
        return true;
      });
    } else {
      RepositoryCatchUp before = follower == null ? null : follower.done();
      (before == null ? new RepositoryCatchUp(store) : before.over(store)).run(directory);
    }
    RepositoryStore opened =
        RepositoryStore.open(directory, repository -> new DatabaseTruth(store, repository));
    opened.pushed(); // a merge that was due, or cut short
    return opened;
  }
}
