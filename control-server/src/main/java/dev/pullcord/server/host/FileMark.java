package dev.pullcord.server.host;

import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file by which a command tells the running server that it has changed something in the store. To
 * look at it costs one call of the system, and it is seen at once.
 */
public final class FileMark {
  private final Path file;
  private volatile @Nullable String seen;

  /** A mark in that file; what it says now is known already. */
  public FileMark(Path file) {
    this.file = file;
    this.seen = read();
  }

  /** Tells whoever looks. */
  public static void set(Path file) throws IOException {
    AtomicFiles.write(file, UUID.randomUUID() + "\n");
  }

  /** Does it if the mark was set since the last time that this was done to its end. */
  public void ifSet(Runnable action) {
    String now = read();
    if (now != null && !now.equals(seen)) {
      action.run();
      seen = now;
    }
  }

  /** It is renamed into its place: each one is another file. */
  private @Nullable String read() {
    try {
      BasicFileAttributes is =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return is.fileKey() + " " + is.lastModifiedTime();
    } catch (IOException _) {
      return null;
    }
  }
}
