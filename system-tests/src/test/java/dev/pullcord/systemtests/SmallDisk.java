package dev.pullcord.systemtests;

import dev.pullcord.demo.process.ProgramCall;
import dev.pullcord.testkit.Needs;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real file system of its own below a state directory, which a test fills or makes read-only. */
public final class SmallDisk implements AutoCloseable {
  private static final int PIECE = 64 << 10;
  private static final int INODES_MOST = 100_000;

  private final Path place;

  private SmallDisk(Path place) {
    this.place = place;
  }

  /** Mounted there, as a tmpfs with these options; wants root. */
  public static SmallDisk mounted(Path place, String options) throws IOException {
    Needs.root("a file system of its own that can be filled");
    Files.createDirectories(place);
    SmallDisk disk = new SmallDisk(place);
    disk.run("mount", "-t", "tmpfs", "-o", options, "none", place.toString());
    return disk;
  }

  /** Leaves so much room, as the file system counts it. */
  public void fill(int left) throws IOException {
    FileStore store = Files.getFileStore(place);
    byte[] piece = new byte[PIECE];
    try (OutputStream out =
        Files.newOutputStream(
            place.resolve("fill"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (store.getUsableSpace() > left) {
        out.write(piece, 0, (int) Math.min(piece.length, store.getUsableSpace() - left));
      }
    }
  }

  /** Takes every inode that is left. */
  public void takeInodes() throws IOException {
    Path many = Files.createDirectory(place.resolve("fill"));
    for (int i = 0; i < INODES_MOST; i++) {
      try {
        Files.createFile(many.resolve("" + i));
      } catch (FileSystemException e) {
        return; // none is left
      }
    }
    throw new IOException(place + " has inodes without end");
  }

  /** There is room again. */
  public void empty() throws IOException {
    Path fill = place.resolve("fill");
    if (Files.isDirectory(fill)) {
      try (Stream<Path> each = Files.list(fill)) {
        for (Path file : each.toList()) {
          Files.delete(file);
        }
      }
    }
    Files.delete(fill);
  }

  /**
   * Lets nobody write who comes by its path from now on: a mount of itself on itself is read-only.
   * A program that has files open there goes on with them.
   */
  public void readOnly() {
    run("mount", "--bind", place.toString(), place.toString());
    run("mount", "-o", "remount,bind,ro", place.toString());
  }

  /** It can be written again. */
  public void writable() {
    run("umount", place.toString());
  }

  @Override
  public void close() {
    run("umount", "-l", place.toString());
  }

  private void run(String... argv) {
    ProgramCall.of(Path.of("/"), Map.of(), List.of(argv)).runOrFail();
  }
}
