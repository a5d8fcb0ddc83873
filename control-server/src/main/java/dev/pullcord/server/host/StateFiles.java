package dev.pullcord.server.host;

import dev.pullcord.base.disk.DirectoryLock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The state directory: its parts, which only the server's user can enter, its lock, and sizes. */
public final class StateFiles {
  private static final Set<PosixFilePermission> DIRECTORY_MODE =
      PosixFilePermissions.fromString("rwx------");

  private static final FileAttribute<?> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private StateFiles() {}

  /** Makes a directory that only the server's user can enter, also if it was there already. */
  public static void directory(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.setPosixFilePermissions(directory, DIRECTORY_MODE);
  }

  /** Lets one server into the state directory, or says who is in it. */
  public static DirectoryLock lock(Path state) throws IOException {
    try {
      return DirectoryLock.take(state);
    } catch (DirectoryLock.HeldException e) {
      throw new IOException(
          state
              + " is in use by another pullcord-server, process "
              + e.pid()
              + "; stop that one first",
          e);
    }
  }

  /** The same; empty while a server is in it. */
  public static Optional<DirectoryLock> tryLock(Path state) throws IOException {
    try {
      return Optional.of(DirectoryLock.take(state));
    } catch (DirectoryLock.HeldException _) {
      return Optional.empty();
    }
  }

  /** Writes a new file from a stream, forced to disk; half of it is there if the machine stops. */
  public static void copy(InputStream from, Path file) throws IOException {
    Set<StandardOpenOption> options =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, FILE_MODE)) {
      from.transferTo(Channels.newOutputStream(channel));
      channel.force(true);
    }
  }

  /** How large these are together; what is not there counts nothing. */
  public static long bytes(Path... files) {
    long bytes = 0;
    for (Path file : files) {
      try {
        bytes += Files.size(file);
      } catch (IOException _) {
        // It has just gone, or never was.
      }
    }
    return bytes;
  }
}
