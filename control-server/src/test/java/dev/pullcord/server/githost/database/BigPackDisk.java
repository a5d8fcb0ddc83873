package dev.pullcord.server.githost.database;

import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.postgres.PostgresAddress;
import dev.pullcord.server.store.postgres.PostgresStore;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The child of {@link DatabaseRepositoryTest} with a small heap: copies a repository from one disk
 * into a database, and from there to another disk.
 */
final class BigPackDisk {
  private BigPackDisk() {}

  public static void main(String[] args) throws IOException {
    try (Store store = PostgresStore.open(new PostgresAddress(args[0], null), "small", null)) {
      RepositoryOpening.open(store, Path.of(args[1])).close();
      RepositoryOpening.open(store, Path.of(args[2])).close();
    }
    System.out.println("copied");
  }
}
