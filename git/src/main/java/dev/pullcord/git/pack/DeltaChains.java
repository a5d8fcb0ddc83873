package dev.pullcord.git.pack;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how much of a chain of deltas is held at once: JGit keeps each base on the way from the
 * first to the last while there is another delta on it. A chain of known places is broken before
 * that is too much, by one object that is stored whole.
 */
final class DeltaChains {
  /** As git's own packs. */
  static final int DEPTH_MAX = 4095;

  private static final int HELD = 16;
  private static final int HELD_BY_ID = 128;

  private final PackLimits limits;
  private final Map<ObjectId, Base> byId = new HashMap<>();
  private int[] held = new int[0];
  private short[] depth = new short[0];

  /** A base that is named by its id. */
  private static final class Base {
    private final long size;
    private int deltas;

    private Base(long size) {
      this.size = size;
    }
  }

  DeltaChains(PackLimits limits) {
    this.limits = limits;
  }

  void grow(int room) {
    held = Arrays.copyOf(held, room);
    depth = Arrays.copyOf(depth, room);
  }

  /**
   * Takes a delta on the object at another place.
   *
   * @param size of that object
   * @return whether the chain ends here: then the delta is to be stored whole
   */
  boolean breaks(int index, int base, long size) {
    long now = held[base] + size;
    if (now > HELD * limits.wholeFromBytes() || depth[base] >= DEPTH_MAX) {
      return true;
    }
    held[index] = (int) now;
    depth[index] = (short) (depth[base] + 1);
    return false;
  }

  /** Takes a delta on an object of that id, which may be in the pack or not. */
  void byId(ObjectId base, long size) {
    byId.computeIfAbsent(base, _ -> new Base(size)).deltas++;
  }

  /**
   * Chains by id cannot be followed, since the ids of deltas are not known yet. So all bases in the
   * pack that have two deltas or more are taken for one chain. Not of a git host that we fetch
   * from: some name every base so (Azure DevOps), and its chains are as short as git makes them.
   *
   * @param objects of the repository; what is there is no part of a chain
   */
  void check(ObjectReader objects) throws IOException {
    long most = HELD_BY_ID * limits.wholeFromBytes();
    if (!limits.fetched() && sum(null) > most && sum(objects) > most) {
      throw new PackRefusedException(
          "PACK_LIMIT",
          "bases of deltas, named by their id, of more than "
              + (most >> 20)
              + " MiB; "
              + limits.advice());
    }
    byId.clear();
  }

  private long sum(@Nullable ObjectReader objects) throws IOException {
    long sum = 0;
    for (Map.Entry<ObjectId, Base> base : byId.entrySet()) {
      if (base.getValue().deltas > 1 && (objects == null || !objects.has(base.getKey()))) {
        sum += base.getValue().size;
      }
    }
    return sum;
  }
}
