package dev.pullcord.server.githost.database;

import dev.pullcord.base.host.SystemdNotify;
import dev.pullcord.git.pack.LooseObjects;
import dev.pullcord.server.githost.repository.PackNames;
import dev.pullcord.server.store.RepositoryTable;
import dev.pullcord.server.store.RepositoryTable.KeptPack;
import dev.pullcord.server.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies packs from the disk into the store, in chunks: whoever calls keeps the rows that make them
 * packs. So a kill in between leaves chunks, and no half of a pack.
 */
final class PackUpload {
  private static final Logger LOG = LoggerFactory.getLogger(PackUpload.class);
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int LOOKS_MAX = 20;

  private final Store store;
  private final FileRepository repository;

  PackUpload(Store store, FileRepository repository) {
    this.store = store;
    this.repository = repository;
  }

  /** The packs that are there. */
  static Set<String> there(Store store) {
    List<KeptPack> packs = store.read(tables -> tables.repository().packs());
    return packs.stream().map(KeptPack::name).collect(Collectors.toSet());
  }

  /** Copies those that are here and not there. Packs may be merged meanwhile: it looks again. */
  Collection<KeptPack> missing() throws IOException {
    LooseObjects.pack(repository);
    Set<String> there = there(store);
    Map<String, KeptPack> copied = new TreeMap<>();
    Set<String> here = PackNames.of(repository);
    for (int look = 0; look < LOOKS_MAX; look++) {
      for (String name : here) {
        if (!there.contains(name) && !copied.containsKey(name)) {
          copied(name).ifPresent(pack -> copied.put(name, pack));
        }
      }
      Set<String> now = PackNames.of(repository);
      if (now.equals(here)) {
        return copied.values();
      }
      here = now;
    }
    throw new IOException("packs come and go faster than they are copied into the database");
  }

  private Optional<KeptPack> copied(String name) throws IOException {
    try (InputStream pack = Files.newInputStream(PackNames.pack(repository, name));
        InputStream index = Files.newInputStream(PackNames.index(repository, name))) {
      store.write(tables -> {
        tables.repository().beginPack(name);
        return true;
      });
      return Optional.of(
          new KeptPack(
              name,
              sent(name, RepositoryTable.Part.PACK, pack),
              sent(name, RepositoryTable.Part.INDEX, index)));
    } catch (NoSuchFileException _) {
      return Optional.empty(); // merged into another one
    }
  }

  private long sent(String pack, RepositoryTable.Part part, InputStream in) throws IOException {
    long bytes = 0;
    byte[] content = in.readNBytes(CHUNK_BYTES);
    for (int number = 0; content.length > 0; number++) {
      int here = number;
      byte[] chunk = content;
      store.write(tables -> {
        tables.repository().putChunk(pack, part, here, chunk);
        return true;
      });
      bytes += chunk.length;
      SystemdNotify.alive(LOG::warn); // a standby that takes over does nothing else
      content = in.readNBytes(CHUNK_BYTES);
    }
    return bytes;
  }
}
