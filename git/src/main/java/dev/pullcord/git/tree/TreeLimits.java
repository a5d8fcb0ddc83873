package dev.pullcord.git.tree;

/**
 * The limits of what a commit may deploy: one table for the push, {@code plan} and the agent. They
 * are such that an agent with a heap of 64 MiB holds the largest release that they allow.
 */
public final class TreeLimits {
  /** Of one name, in bytes; what file systems take. */
  public static final int NAME_BYTES_MAX = 255;

  /**
   * Of one path, in bytes. Linux takes 4,096 with what stands before it: the state directory, and a
   * name in tmp.
   */
  public static final int PATH_BYTES_MAX = 3584;

  /** Directories in each other. */
  public static final int DEPTH_MAX = 100;

  /** Files, links and directories of all bundles. */
  public static final int ENTRIES_MAX = 100_000;

  /** The paths of all files and links of a release together, in characters. */
  public static final int PATHS_LENGTH_MAX = 12 << 20;

  /** One directory, as git stores it: about 200,000 short names. */
  public static final int TREE_BYTES_MAX = 8 << 20;

  /** One file, in a push too. */
  public static final long BLOB_BYTES_MAX = 256L << 20;

  /** All files of a release. */
  public static final long RELEASE_BYTES_MAX = 5L << 30;

  /** The target of one link. */
  public static final int LINK_BYTES_MAX = 4096;

  /** What it may cost to follow all links of a release, in characters of the paths gone through. */
  public static final long LINK_WORK_MAX = 40_000_000;

  private TreeLimits() {}
}
