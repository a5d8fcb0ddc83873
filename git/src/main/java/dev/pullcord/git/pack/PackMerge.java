package dev.pullcord.git.pack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.internal.storage.pack.PackExt;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdSubclassMap;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.PackParser;

/**
 * Makes one pack of many small ones, while others read and push. It looks at no ref: every object
 * of the old packs is in the new one, so nothing that a push under way, a node or a deployment
 * needs can be lost. Copies what is stored, searches for no deltas, and is bounded by what it takes
 * at once.
 */
public final class PackMerge {
  /** With fewer there is nothing to gain. */
  public static final int PACKS_MAX = 40;

  private static final int OBJECTS_MAX = 200_000;
  private static final long BYTES_MAX = 512L << 20;
  private static final PackLimits LIMITS =
      new PackLimits(
          2 * BYTES_MAX,
          OBJECTS_MAX,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          1 << 20,
          64L << 30);

  private final FileRepository repository;

  /** Of that repository. */
  public PackMerge(FileRepository repository) {
    this.repository = repository;
  }

  private record Sized(Pack pack, long bytes, long objects) {}

  /** How many packs there are. */
  public int packs() {
    String[] names = packDirectory().list((_, name) -> name.endsWith(".pack"));
    return names == null ? 0 : names.length;
  }

  private File packDirectory() {
    return repository.getObjectDatabase().getPackDirectory();
  }

  /**
   * Merges the small ones if there are too many.
   *
   * @return how many packs became one; 0 when nothing was done
   */
  public int run() throws IOException {
    if (packs() <= PACKS_MAX) {
      return 0;
    }
    List<Pack> old = chosen();
    if (old.size() < 2) {
      return 0;
    }
    Set<String> before = names(repository.getObjectDatabase().getPacks());
    try (PackFile merged = new PackFile(repository.getObjectsDirectory().toPath())) {
      write(old, merged);
      keep(merged);
    }
    List<Pack> made = new ArrayList<>(repository.getObjectDatabase().getPacks());
    made.removeIf(pack -> before.contains(pack.getPackName()));
    int gone = 0;
    for (Pack pack : old) {
      if (holds(made, pack)) {
        delete(pack);
        gone++;
      }
    }
    return gone;
  }

  /** The small ones: each that is not much larger than all smaller ones together. */
  private List<Pack> chosen() throws IOException {
    List<Sized> all = new ArrayList<>();
    for (Pack pack : repository.getObjectDatabase().getPacks()) {
      if (!pack.shouldBeKept()) {
        all.add(new Sized(pack, pack.getPackFile().length(), pack.getIndex().getObjectCount()));
      }
    }
    all.sort(Comparator.comparingLong(Sized::bytes));
    List<Pack> chosen = new ArrayList<>();
    long bytes = 0;
    long objects = 0;
    for (Sized next : all) {
      boolean small = chosen.size() < PACKS_MAX / 2 || next.bytes() <= 2 * bytes;
      bytes += next.bytes();
      objects += next.objects();
      if (!small || bytes > BYTES_MAX || objects > OBJECTS_MAX) {
        break;
      }
      chosen.add(next.pack());
    }
    return chosen;
  }

  private static Set<String> names(Collection<Pack> packs) {
    Set<String> names = new HashSet<>();
    packs.forEach(pack -> names.add(pack.getPackName()));
    return names;
  }

  private void write(List<Pack> old, PackFile merged) throws IOException {
    PackConfig config = new PackConfig();
    config.setReuseDeltas(true);
    config.setReuseObjects(true);
    config.setDeltaCompress(false);
    config.setThreads(1);
    try (RevWalk walk = new RevWalk(repository);
        PackWriter writer = new PackWriter(config, repository.newObjectReader())) {
      ObjectIdSubclassMap<RevObject> objects = new ObjectIdSubclassMap<>();
      ObjectReader reader = walk.getObjectReader();
      reader.setStreamFileThreshold(0); // only the type is wanted
      for (Pack pack : old) {
        for (PackIndex.MutableEntry entry : pack) {
          ObjectId id = entry.toObjectId();
          if (!objects.contains(id)) {
            objects.add(walk.lookupAny(id, reader.open(id).getType()));
          }
        }
      }
      writer.setDeltaBaseAsOffset(true);
      writer.setUseBitmaps(false);
      writer.preparePack(objects.iterator());
      writer.writePack(
          NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, merged.appender());
    }
  }

  /** Reads it in as any other pack, which checks every object and makes the index. */
  private void keep(PackFile merged) throws IOException {
    try (ObjectReader reader = repository.newObjectReader();
        StagedPack staged =
            StagedPack.receive(
                merged.from(0), repository.getObjectsDirectory().toPath(), reader, LIMITS);
        InputStream in = staged.open();
        ObjectInserter inserter = repository.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(in);
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
  }

  private static boolean holds(List<Pack> made, Pack old) throws IOException {
    for (PackIndex.MutableEntry entry : old) {
      boolean there = false;
      for (Pack pack : made) {
        there |= pack.hasObject(entry.toObjectId());
      }
      if (!there) {
        return false;
      }
    }
    return true;
  }

  /** The pack first, as git does: an index without a pack is not read. */
  private static void delete(Pack pack) throws IOException {
    Path file = pack.getPackFile().toPath();
    Files.deleteIfExists(file);
    for (PackExt ext : PackExt.values()) {
      if (ext != PackExt.PACK && ext != PackExt.KEEP) {
        Files.deleteIfExists(pack.getPackFile().create(ext).toPath());
      }
    }
  }
}
