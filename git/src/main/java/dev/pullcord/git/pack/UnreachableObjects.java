package dev.pullcord.git.pack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;

/**
 * Removes what refused pushes, deleted branches and rewritten ones have left behind. An object goes
 * when two looks, at least the grace time apart, found that nothing leads to it; so a fetch that
 * began before has ended. What goes is looked at again while no push is under way: a push may have
 * led to it meanwhile. Used by one thread.
 *
 * <p>A pack in which there is nothing else is deleted. One in which there is at least an eighth of
 * such is written anew without it, if it is not too large for that.
 */
public final class UnreachableObjects {
  private static final int NOTED_MAX = 2_000_000;
  private static final int WORTH_SHARE = 8;

  private final FileRepository repository;
  private final Roots roots;
  private final Alone alone;
  private final Duration grace;
  private long[] noted = {};
  private Instant notedAt = Instant.MIN;

  /** Everything that must stay, with all that it leads to. */
  @FunctionalInterface
  public interface Roots {
    /** As it is now. */
    Collection<ObjectId> now() throws IOException;
  }

  /** Keeps pushes away for a moment. */
  @FunctionalInterface
  public interface Alone {
    /**
     * Does it while no push is between its objects and its refs.
     *
     * @return false when that was not to be had; then nothing was done
     */
    boolean run(Work work) throws IOException;
  }

  /** What is done alone. */
  @FunctionalInterface
  public interface Work {
    /** Does it; quick. */
    void run() throws IOException;
  }

  /**
   * What one look did.
   *
   * @param found objects that nothing leads to, before it
   * @param packs that were deleted
   * @param loose objects of their own that were deleted
   */
  public record Sweep(int found, int packs, int loose) {}

  /** Of a repository that only this process writes to. */
  public UnreachableObjects(FileRepository repository, Roots roots, Alone alone, Duration grace) {
    this.repository = repository;
    this.roots = roots;
    this.alone = alone;
    this.grace = grace;
  }

  private record Leaving(Pack pack, BitSet objects) {}

  /** Looks, and removes what was there at a look long enough ago. */
  public Sweep run(Instant now) throws IOException {
    List<Pack> packs = new ArrayList<>(repository.getObjectDatabase().getPacks());
    packs.removeIf(Pack::shouldBeKept); // a push is under way with it
    ReachableObjects reached = new ReachableObjects(repository, packs);
    reached.from(roots.now());
    long[] found = unreachable(packs, reached);
    if (noted.length == 0 || now.isBefore(notedAt.plus(grace))) {
      note(found, now);
      return new Sweep(found.length, 0, 0);
    }
    List<Leaving> leaving = leaving(packs, reached);
    List<Path> loose =
        LooseObjects.files(repository).stream().filter(file -> leaves(file, reached)).toList();
    int[] gone = {0, 0};
    boolean done =
        (leaving.isEmpty() && loose.isEmpty())
            || alone.run(() -> {
              reached.from(roots.now());
              gone[0] = delete(leaving, reached);
              gone[1] = deleteLoose(loose, reached);
              // It knows the indexes of packs that are gone, and would say that it has what was
              // there.
              repository.getObjectDatabase().close();
            });
    if (done) {
      noted = new long[0];
      note(found, now);
    }
    return new Sweep(found.length, gone[0], gone[1]);
  }

  /** While the grace time runs only what is still unreachable stays noted. */
  private void note(long[] found, Instant now) {
    if (noted.length == 0) {
      noted = found;
      notedAt = now;
      return;
    }
    noted = LongStream.of(noted).filter(id -> Arrays.binarySearch(found, id) >= 0).toArray();
  }

  private long[] unreachable(List<Pack> packs, ReachableObjects reached) throws IOException {
    LongStream.Builder ids = LongStream.builder();
    int count = 0;
    for (Pack pack : packs) {
      PackIndex index = pack.getIndex();
      BitSet kept = reached.of(pack);
      int objects = Math.toIntExact(index.getObjectCount());
      for (int i = kept.nextClearBit(0); i < objects; i = kept.nextClearBit(i + 1)) {
        if (++count > NOTED_MAX) {
          return ids.build().sorted().toArray();
        }
        ids.add(key(index.getObjectId(i)));
      }
    }
    for (Path file : LooseObjects.files(repository)) {
      ObjectId id = LooseObjects.id(file);
      if (!reached.contains(id) && ++count <= NOTED_MAX) {
        ids.add(key(id));
      }
    }
    return ids.build().sorted().toArray();
  }

  /** Eight bytes of an id: this only measures time, whether an object goes is not decided by it. */
  private static long key(AnyObjectId id) {
    byte[] raw = new byte[Constants.OBJECT_ID_LENGTH];
    id.copyRawTo(raw, 0);
    return ByteBuffer.wrap(raw).getLong();
  }

  private boolean wasNoted(AnyObjectId id) {
    return Arrays.binarySearch(noted, key(id)) >= 0;
  }

  /** The packs that may be deleted, those with a rest after that was copied. */
  private List<Leaving> leaving(List<Pack> packs, ReachableObjects reached) throws IOException {
    List<Leaving> leaving = new ArrayList<>();
    for (Pack pack : packs) {
      PackIndex index = pack.getIndex();
      int objects = Math.toIntExact(index.getObjectCount());
      BitSet gone = new BitSet(objects);
      gone.set(0, objects);
      gone.andNot(reached.of(pack));
      for (int i = gone.nextSetBit(0); i >= 0; i = gone.nextSetBit(i + 1)) {
        if (!wasNoted(index.getObjectId(i))) {
          gone.clear(i);
        }
      }
      if (gone.cardinality() == objects || isWorthACopy(pack, gone)) {
        copyRest(pack, gone);
        leaving.add(new Leaving(pack, gone));
      }
    }
    return leaving;
  }

  private static boolean isWorthACopy(Pack pack, BitSet gone) throws IOException {
    PackIndex index = pack.getIndex();
    int objects = Math.toIntExact(index.getObjectCount());
    long size = pack.getPackFile().length();
    if (gone.isEmpty() || objects > PackCopy.OBJECTS_MAX || size > PackCopy.BYTES_MAX) {
      return false;
    }
    long[] offsets = new long[objects + 1];
    for (int i = 0; i < objects; i++) {
      offsets[i] = index.getOffset(i);
    }
    offsets[objects] = size;
    long[] sorted = offsets.clone();
    Arrays.sort(sorted);
    long bytes =
        gone.stream()
            .mapToLong(i -> sorted[Arrays.binarySearch(sorted, offsets[i]) + 1] - offsets[i])
            .sum();
    return bytes >= size / WORTH_SHARE;
  }

  private void copyRest(Pack pack, BitSet gone) throws IOException {
    List<ObjectId> rest = new ArrayList<>();
    PackIndex index = pack.getIndex();
    int objects = Math.toIntExact(index.getObjectCount());
    for (int i = gone.nextClearBit(0); i < objects; i = gone.nextClearBit(i + 1)) {
      rest.add(index.getObjectId(i));
    }
    if (!rest.isEmpty()) {
      PackCopy.of(repository, rest);
    }
  }

  private static int delete(List<Leaving> leaving, ReachableObjects reached) throws IOException {
    int deleted = 0;
    for (Leaving one : leaving) {
      BitSet now = reached.of(one.pack());
      if (!now.intersects(one.objects()) && !one.pack().shouldBeKept()) {
        PackCopy.delete(one.pack());
        deleted++;
      }
    }
    return deleted;
  }

  private boolean leaves(Path file, ReachableObjects reached) {
    ObjectId id = LooseObjects.id(file);
    try {
      return wasNoted(id) && !reached.contains(id);
    } catch (IOException e) {
      return false; // an index that cannot be read
    }
  }

  private static int deleteLoose(List<Path> files, ReachableObjects reached) throws IOException {
    int deleted = 0;
    for (Path file : files) {
      if (!reached.contains(LooseObjects.id(file)) && Files.deleteIfExists(file)) {
        deleted++;
      }
    }
    return deleted;
  }
}
