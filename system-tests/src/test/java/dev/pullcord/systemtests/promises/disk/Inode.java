package dev.pullcord.systemtests.promises.disk;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file, directory or link: what it is now, and what of it was forced to the disk. */
final class Inode {
  enum Kind {
    FILE,
    DIRECTORY,
    LINK
  }

  final Kind kind;
  final long number;
  final Map<String, Inode> children = new TreeMap<>();
  Map<String, Inode> durableChildren = Map.of();
  byte[] data = new byte[0];
  int size;
  byte[] durableData = new byte[0];
  @Nullable String target;
  long modified;
  Set<PosixFilePermission> mode = EnumSet.noneOf(PosixFilePermission.class);

  Inode(Kind kind, long number) {
    this.kind = kind;
    this.number = number;
  }

  byte[] content() {
    return Arrays.copyOf(data, size);
  }

  void room(int bytes) {
    if (bytes > data.length) {
      data = Arrays.copyOf(data, Math.max(bytes, data.length * 2));
    }
  }

  void truncate(int bytes) {
    Arrays.fill(data, Math.min(bytes, size), size, (byte) 0);
    size = Math.min(size, bytes);
  }

  void force() {
    if (kind == Kind.DIRECTORY) {
      durableChildren = new TreeMap<>(children);
    } else {
      durableData = content();
    }
  }
}
