package dev.pullcord.systemtests.promises.disk;

import java.nio.file.FileSystemException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What outlives processes: inodes, of which a power loss leaves what was forced, and by chance some
 * of what was not. A rename between two directories is never half done, as on a journaling file
 * system.
 */
public final class MemoryDisk {
  final Inode root;
  private long numbers = 1;
  private boolean full;
  private final boolean forces;

  /**
   * An empty one.
   *
   * @param forces whether what a program forces of a file is on the disk after that
   */
  public MemoryDisk(boolean forces) {
    this.forces = forces;
    root = make(Inode.Kind.DIRECTORY);
  }

  /** Has a directory in its root that was there before. */
  public void directory(String name) {
    Inode made = make(Inode.Kind.DIRECTORY);
    made.mode =
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE);
    root.children.put(name, made);
    root.force();
  }

  Inode make(Inode.Kind kind) {
    return new Inode(kind, numbers++);
  }

  /** From now on it takes nothing more, or takes it again. */
  public void full(boolean now) {
    full = now;
  }

  public boolean isFull() {
    return full;
  }

  void requireRoom(String path) throws FileSystemException {
    if (full) {
      throw new FileSystemException(path, null, "No space left on device");
    }
  }

  void force(Inode inode) {
    if (forces || inode.kind == Inode.Kind.DIRECTORY) {
      inode.force();
    }
  }

  /** Both ends of a rename between directories reach the disk together. */
  void renamed(Inode from, Inode to, String oldName, String newName) {
    if (from != to) {
      Inode moved = to.children.get(newName);
      Map<String, Inode> old = new TreeMap<>(from.durableChildren);
      Map<String, Inode> now = new TreeMap<>(to.durableChildren);
      if (moved != null && old.remove(oldName) != null) {
        now.put(newName, moved);
        from.durableChildren = old;
        to.durableChildren = now;
      }
    }
  }

  /** The power goes: of each file and directory what was forced is left, or by chance all. */
  public void losePower(Random random) {
    lose(root, random, new IdentityHashMap<>());
  }

  private static void lose(Inode inode, Random random, Map<Inode, Boolean> seen) {
    if (seen.put(inode, true) != null) {
      return;
    }
    boolean lucky = random.nextInt(3) == 0;
    switch (inode.kind) {
      case FILE -> {
        if (!lucky) {
          inode.data = inode.durableData.clone();
          inode.size = inode.data.length;
        }
        inode.force();
      }
      case DIRECTORY -> {
        if (!lucky) {
          Map<String, Inode> left = new TreeMap<>(inode.durableChildren);
          inode.children.clear();
          inode.children.putAll(left);
        }
        inode.force();
        inode.children.values().forEach(child -> lose(child, random, seen));
      }
      case LINK -> {}
    }
  }

  // For whoever looks from outside.

  private @Nullable Inode find(String path) {
    Inode at = root;
    for (String name : path.substring(1).split("/")) {
      Inode next = at.children.get(name);
      if (next == null) {
        return null;
      }
      at = next;
    }
    return at;
  }

  /** Where a link points; null when there is none. */
  public @Nullable String link(String path) {
    Inode inode = find(path);
    return inode == null ? null : inode.target;
  }

  /** What a file has; null when there is none. */
  public byte @Nullable [] content(String path) {
    Inode inode = find(path);
    return inode == null || inode.kind != Inode.Kind.FILE ? null : inode.content();
  }
}
