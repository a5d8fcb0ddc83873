package dev.pullcord.systemtests.promises.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What can be read and changed of a file's attributes. */
record InodeView(MemoryFiles files, Path path, boolean follows) implements PosixFileAttributeView {
  @Override
  public String name() {
    return "posix";
  }

  @Override
  public PosixFileAttributes readAttributes() throws IOException {
    return new InodeAttributes(files.inode(path, follows));
  }

  @Override
  public void setTimes(
      @Nullable FileTime modified, @Nullable FileTime accessed, @Nullable FileTime created)
      throws IOException {
    if (modified != null) {
      files.inode(path, follows).modified = modified.toMillis();
    }
  }

  @Override
  public UserPrincipal getOwner() {
    return InodeAttributes.SELF;
  }

  @Override
  public void setOwner(UserPrincipal owner) {
    throw new UnsupportedOperationException("there is one user");
  }

  @Override
  public void setGroup(GroupPrincipal group) {
    throw new UnsupportedOperationException("there is one group");
  }

  @Override
  public void setPermissions(Set<PosixFilePermission> permissions) throws IOException {
    files.changes("chmod", path.toString());
    Set<PosixFilePermission> now = EnumSet.noneOf(PosixFilePermission.class);
    now.addAll(permissions);
    files.inode(path, follows).mode = now;
  }
}
