package dev.pullcord.server.githost.entry;

import dev.pullcord.git.pack.PackLimits;
import dev.pullcord.git.tree.TreeLimits;

/** Limits what a pack that comes in may hold; docs/reference/limits.md has the same table. */
public final class EntryLimits {
  /** Those of every pack, pushed or fetched. */
  public static final PackLimits PACK =
      new PackLimits(
          1L << 30,
          500_000,
          1 << 20,
          TreeLimits.TREE_BYTES_MAX,
          TreeLimits.BLOB_BYTES_MAX,
          1 << 20,
          4L << 30);

  private EntryLimits() {}
}
