package dev.pullcord.systemtests.promises.disk;

import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** What {@code stat} says. */
record InodeAttributes(Inode inode) implements PosixFileAttributes {
  private record Self(String name) implements GroupPrincipal {
    @Override
    public String getName() {
      return name;
    }
  }

  static final GroupPrincipal SELF = new Self("pullcord");

  @Override
  public UserPrincipal owner() {
    return SELF;
  }

  @Override
  public GroupPrincipal group() {
    return SELF;
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return Set.copyOf(inode.mode);
  }

  @Override
  public FileTime lastModifiedTime() {
    return FileTime.fromMillis(inode.modified);
  }

  @Override
  public FileTime lastAccessTime() {
    return lastModifiedTime();
  }

  @Override
  public FileTime creationTime() {
    return lastModifiedTime();
  }

  @Override
  public boolean isRegularFile() {
    return inode.kind == Inode.Kind.FILE;
  }

  @Override
  public boolean isDirectory() {
    return inode.kind == Inode.Kind.DIRECTORY;
  }

  @Override
  public boolean isSymbolicLink() {
    return inode.kind == Inode.Kind.LINK;
  }

  @Override
  public boolean isOther() {
    return false;
  }

  @Override
  public long size() {
    return inode.size;
  }

  @Override
  public Object fileKey() {
    return inode;
  }
}
