package dev.pullcord.server.host;

import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that gets its name only when all of it is on disk. Until then it is {@code NAME.part},
 * which a kill leaves behind and the next one of that name overwrites. Only its owner can read it.
 */
public final class WholeFile implements AutoCloseable {
  private static final FileAttribute<?> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final Path part;
  private final FileChannel channel;
  private boolean complete;

  private WholeFile(Path file, Path part, FileChannel channel) {
    this.file = file;
    this.part = part;
    this.channel = channel;
  }

  /** Begins to write; fails while another process writes the same file. */
  public static WholeFile begin(Path target) throws IOException {
    Path file = target.toAbsolutePath();
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(target + " is a directory; name a file in it");
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    FileChannel channel =
        FileChannel.open(
            part,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
            MODE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new IOException("another process writes " + part + "; wait for it");
      }
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
      channel.truncate(0);
      return new WholeFile(file, part, channel);
    } catch (IOException | OverlappingFileLockException e) {
      channel.close();
      throw e instanceof IOException io ? io : new IOException(part + " is being written", e);
    }
  }

  /** Where to write. */
  public OutputStream stream() {
    return Channels.newOutputStream(channel);
  }

  /** All was written: forces it to disk and gives it its name. */
  public void complete() throws IOException {
    channel.force(true);
    AtomicFiles.rename(part, file);
    complete = true;
  }

  /** Removes what was not completed. */
  @Override
  public void close() throws IOException {
    if (!complete) {
      Files.deleteIfExists(part);
    }
    channel.close();
  }
}
