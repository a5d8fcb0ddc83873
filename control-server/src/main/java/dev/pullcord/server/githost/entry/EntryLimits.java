package dev.pullcord.server.githost.entry;

import dev.pullcord.git.pack.PackLimits;
import dev.pullcord.git.tree.TreeLimits;

/** Limits what a pack that comes in may hold; docs/reference/limits.md has the same table. */
public final class EntryLimits {
  private static final int OBJECTS_MAX = 500_000;

  /** Those of a pack that is pushed. */
  public static final PackLimits PACK = pack(1L << 30, 4L << 30, false);

  /** Those of a fetch from the upstream: the first one brings its whole history. */
  public static final PackLimits FETCH = pack(4L << 30, 64L << 30, true);

  private EntryLimits() {}

  private static PackLimits pack(long bytes, long wholeBytes, boolean fetched) {
    return new PackLimits(
        bytes,
        OBJECTS_MAX,
        1 << 20,
        TreeLimits.TREE_BYTES_MAX,
        TreeLimits.BLOB_BYTES_MAX,
        1 << 20,
        wholeBytes,
        fetched);
  }
}
