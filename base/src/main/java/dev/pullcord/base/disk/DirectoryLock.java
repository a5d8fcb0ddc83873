package dev.pullcord.base.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Lets one process into a state directory: a lock of the operating system on the file {@code lock},
 * which ends with the process. The file has the pid of who holds it.
 */
public final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws HeldException when another process has it
   */
  public static DirectoryLock take(Path directory) throws IOException {
    Path file = directory.resolve("lock");
    AtomicFiles.createPrivate(file);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    if (tryLock(channel) == null) {
      channel.close();
      throw new HeldException(directory, Files.readString(file).strip());
    }
    try {
      channel.truncate(0);
      String pid = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    } catch (IOException _) {
      // The lock is held all the same; whoever comes second is told of an unknown pid.
    }
    return new DirectoryLock(channel);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  /** Lets go of the lock; may be called twice. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Another process holds the lock. */
  public static final class HeldException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String pid;

    HeldException(Path directory, String pid) {
      super(directory + " is held by process " + (pid.isEmpty() ? "unknown" : pid));
      this.pid = pid.isEmpty() ? "unknown" : pid;
    }

    /** Who holds it; {@code unknown} if it could not write that down. */
    public String pid() {
      return pid;
    }
  }
}
