package dev.pullcord.server.githost.database;

import dev.pullcord.server.githost.repository.LeftRefs;
import dev.pullcord.server.githost.repository.PackNames;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.githost.repository.RepositoryTruth;
import dev.pullcord.server.store.RepositoryTable.KeptPack;
import dev.pullcord.server.store.RepositoryTable.KeptRef;
import dev.pullcord.server.store.StoreException;
import dev.pullcord.server.store.StoreReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the repository on a disk what the store's database says: fetches the packs that the disk
 * lacks, then sets the refs. It only reads the store, so that a server can do it again and again
 * while another one has the store. A kill leaves packs too many, and refs as they were or are to
 * be.
 */
public final class RepositoryCatchUp {
  private static final int TRIES_MAX = 10;
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryCatchUp.class);

  private final StoreReader store;
  private final DiskRefs refs;

  /** What the database had at one listing or another, as far as it may be on the disk still. */
  private final Set<String> seenHere = ConcurrentHashMap.newKeySet();

  private Set<String> listed = Set.of();
  private @Nullable Listing made;
  private boolean ended;

  /** From that store, which keeps the repository. */
  public RepositoryCatchUp(StoreReader store) {
    this(store, new DiskRefs());
  }

  private RepositoryCatchUp(StoreReader store, DiskRefs refs) {
    this.store = store;
    this.refs = refs;
  }

  /** One that goes on over another connection, and knows what this one has done. */
  RepositoryCatchUp over(StoreReader other) {
    RepositoryCatchUp next = new RepositoryCatchUp(other, refs);
    next.seenHere.addAll(seenHere);
    return next;
  }

  /** When this returns, this one moves no ref and removes no file any more. */
  synchronized void end() {
    ended = true;
  }

  /**
   * What was done.
   *
   * @param packs that were fetched
   * @param refs that were changed
   */
  public record Done(int packs, int refs) {}

  private record Listing(Optional<String> name, List<KeptRef> refs, List<KeptPack> packs) {}

  /**
   * Does it to the repository of a state directory, which nothing else uses.
   *
   * @param directory the folder of repositories; an empty one gets its repository
   * @throws StoreException {@code DB_NO_REPOSITORY}: the database has none yet
   */
  public Done run(Path directory) throws IOException {
    Files.createDirectories(directory);
    Listing now = listing();
    if (now.equals(made)) {
      return new Done(0, 0);
    }
    String name = now.name().orElseThrow(RepositoryCatchUp::none);
    if (!Files.exists(directory.resolve(name + ".git"))) {
      RepositoryStore.create(directory, name).close();
    }
    try (RepositoryStore disk = RepositoryStore.open(directory, _ -> RepositoryTruth.DISK)) {
      FileRepository repository = (FileRepository) disk.repository();
      Done done = run(repository, seenHere);
      removeReplaced(repository);
      made = now;
      return done;
    }
  }

  private static StoreException none() {
    return new StoreException(
        "DB_NO_REPOSITORY",
        "the database has no repository yet: start the server first that has it on its disk");
  }

  private Listing listing() {
    return store.read(tables ->
        new Listing(
            tables.repository().name(), tables.repository().refs(), tables.repository().packs()));
  }

  /** Does it to a repository that is open and used: it removes nothing. */
  Done run(FileRepository repository) throws IOException {
    return run(repository, new HashSet<>());
  }

  private Done run(FileRepository repository, Set<String> seen) throws IOException {
    int fetched = 0;
    for (int tries = 0; tries < TRIES_MAX; tries++) {
      Listing now = listing();
      PackDownload download = new PackDownload(store, repository);
      Set<String> here = PackNames.of(repository);
      boolean whole = true;
      for (KeptPack pack : now.packs()) {
        seen.add(pack.name());
        if (whole && !here.contains(pack.name())) {
          whole = download.fetch(pack);
          fetched += whole ? 1 : 0;
        }
      }
      if (whole) {
        return finish(repository, now, fetched);
      }
    }
    throw new IOException("packs come and go in the database faster than they are fetched");
  }

  private synchronized Done finish(FileRepository repository, Listing now, int fetched)
      throws IOException {
    if (ended) {
      throw new CancellationException("the server waits no more");
    }
    for (KeptRef ref : now.refs()) {
      if (DiskRefs.isKept(ref.name())
          && !repository.getObjectDatabase().has(ObjectId.fromString(ref.target()))) {
        throw new IOException(
            "DB_DAMAGED  the database leads "
                + ref.name()
                + " to "
                + ref.target()
                + ", which none of its packs has; restore it, or this server from a backup");
      }
    }
    Done done = new Done(fetched, refs.make(repository, now.refs()));
    listed = now.packs().stream().map(KeptPack::name).collect(Collectors.toSet());
    if (fetched > 0 || done.refs() > 0) {
      LOG.info("the database had {} packs and {} refs that differ here", fetched, done.refs());
    }
    return done;
  }

  /** Packs that this one fetched or saw, and that the database has replaced since. */
  private synchronized void removeReplaced(FileRepository repository) throws IOException {
    if (ended || !LeftRefs.of(repository).isEmpty()) {
      return; // they may lead to what is in no other pack
    }
    Set<String> replaced = new HashSet<>(seenHere);
    replaced.removeAll(listed);
    for (String name : replaced) {
      Files.deleteIfExists(PackNames.pack(repository, name));
      Files.deleteIfExists(PackNames.index(repository, name));
    }
    seenHere.retainAll(listed);
  }
}
