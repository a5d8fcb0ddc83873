package dev.pullcord.server.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Proves that there is room where the state is, or fails as the system would. */
public final class DiskRoom {
  /** What is left has to be more than that: the store and what is under way need it. */
  static final long RESERVE_BYTES = 4 << 20;

  private static final int PROBE_BYTES = 64 << 10;
  private static final String PROBE = ".room";

  private DiskRoom() {}

  /** Fails as the system would, while less than a little is left; writes nothing. */
  public static void require(Path directory) throws IOException {
    if (Files.getFileStore(directory).getUsableSpace() < RESERVE_BYTES) {
      throw new FileSystemException(directory.toString(), null, "No space left on device");
    }
  }

  /**
   * The same, and really writes a file and forces it to disk: quotas, a read-only mount and a disk
   * that fails are seen by nothing else.
   */
  public static void prove(Path directory) throws IOException {
    require(directory);
    Path probe = directory.resolve(PROBE);
    try (FileChannel channel =
        FileChannel.open(
            probe,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(PROBE_BYTES);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } finally {
      Files.deleteIfExists(probe);
    }
  }
}
