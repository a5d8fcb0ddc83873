package dev.pullcord.git.pack;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Makes one pack of many small ones, while others read and push. It looks at no ref: every object
 * of the old packs is in the new one, so nothing that a push under way, a node or a deployment
 * needs can be lost. Copies what is stored, searches for no deltas, and is bounded by what it takes
 * at once.
 */
public final class PackMerge {
  /** With fewer there is nothing to gain. */
  public static final int PACKS_MAX = 40;

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
    List<ObjectId> ids = new ArrayList<>();
    for (Pack pack : old) {
      pack.forEach(entry -> ids.add(entry.toObjectId()));
    }
    PackCopy.of(repository, ids);
    List<Pack> made = new ArrayList<>(repository.getObjectDatabase().getPacks());
    made.removeIf(pack -> before.contains(pack.getPackName()));
    int gone = 0;
    for (Pack pack : old) {
      if (holds(made, pack)) {
        PackCopy.delete(pack);
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
      if (!small || bytes > PackCopy.BYTES_MAX || objects > PackCopy.OBJECTS_MAX) {
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
}
