package dev.pullcord.server.githost.database;

import dev.pullcord.server.githost.repository.PackNames;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.repository.RepositoryTruth;
import dev.pullcord.server.store.RepositoryTable;
import dev.pullcord.server.store.RepositoryTable.KeptPack;
import dev.pullcord.server.store.RepositoryTable.KeptRef;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/**
 * Copies a repository from the disk into a store that has none. It counts only once its name is in
 * the store; until then it can be done again, and what an earlier try left there goes.
 */
public final class RepositoryAdoption {
  private final Store store;

  /** Into that store. */
  public RepositoryAdoption(Store store) {
    this.store = store;
  }

  /**
   * What was copied.
   *
   * @param name of the repository
   * @param refs branches, tags and HEAD
   * @param packs of the store now
   * @param bytes of them
   */
  public record Copied(String name, int refs, int packs, long bytes) {}

  /**
   * Copies the repository of a state directory, which nothing else uses; its name is not kept yet.
   */
  public Copied run(Path directory) throws IOException {
    try (RepositoryStore disk = RepositoryStore.open(directory, _ -> RepositoryTruth.DISK)) {
      FileRepository repository = (FileRepository) disk.repository();
      Collection<KeptPack> packs = new PackUpload(store, repository).missing();
      List<KeptRef> refs = new ArrayList<>();
      DiskRefs.of(repository)
          .forEach((name, id) ->
              refs.add(
                  new KeptRef(
                      name,
                      id.name(),
                      disk.pushedBy(
                          Repository.shortenRefName(name), RepositoryStore.commitId(id)))));
      refs.add(
          new KeptRef(RepositoryTable.HEAD, Constants.R_HEADS + disk.defaultBranch(), "server"));
      Set<String> strange = PackUpload.there(store);
      strange.removeAll(PackNames.of(repository));
      List<KeptPack> all =
          store.write(tables -> {
            RepositoryTable table = tables.repository();
            table.refs().forEach(ref -> table.removeRef(ref.name()));
            refs.forEach(table::putRef);
            packs.forEach(table::putPack);
            table.removePacks(strange);
            return table.packs();
          });
      long bytes = all.stream().mapToLong(KeptPack::packBytes).sum();
      return new Copied(disk.name(), refs.size(), all.size(), bytes);
    }
  }
}
