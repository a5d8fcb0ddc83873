package dev.pullcord.agent.stage;

import dev.pullcord.agent.stage.tree.DriftCheck;
import dev.pullcord.agent.stage.tree.ListedFiles;
import dev.pullcord.git.tree.TreeFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import org.jspecify.annotations.Nullable;

/** A release that may have the same files; its list is read beside the snapshot's. */
record EarlierRelease(Path root, ListedFiles files) implements Closeable {
  static EarlierRelease of(Path root) throws IOException {
    return new EarlierRelease(root, ListedFiles.of(root));
  }

  /** Links to its file. Returns when that was written; null when it has no such file. */
  @Nullable FileTime link(TreeFile file, Path to) throws IOException {
    ListedFiles.Listed listed = files.at(file.path());
    if (listed == null
        || listed.file().kind() != file.kind()
        || !listed.file().id().equals(file.id())) {
      return null;
    }
    Path from = root.resolve(file.path());
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(from, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!DriftCheck.difference(file, listed.written(), attributes).isEmpty()) {
        return null;
      }
      Files.createLink(to, from);
      return attributes.lastModifiedTime();
    } catch (FileSystemException e) {
      // It is gone, or has as many links as the file system allows: then it is written anew.
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
