package dev.pullcord.agent.control;

import dev.pullcord.base.disk.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the place of the control socket: {@code control.sock} in the state directory, or, since the
 * kernel takes only 107 bytes, in a short private directory that the file {@code control.path}
 * names.
 */
final class SocketPath {
  private static final int BYTES_MAX = 100;
  private static final String POINTER = "control.path";
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private SocketPath() {}

  /** For the agent: makes the directory where it needs one. */
  static Path create(Path state) throws IOException {
    Path direct = state.resolve("control.sock");
    Path pointer = state.resolve(POINTER);
    if (fits(direct)) {
      Files.deleteIfExists(pointer);
      return direct;
    }
    Path known = find(state);
    if (!known.equals(direct) && isPrivate(known.getParent())) {
      return known;
    }
    Path made = Files.createTempDirectory("pullcord-", OWNER_ONLY).resolve("control.sock");
    if (!fits(made)) {
      throw new IOException("no directory is short enough for a socket: " + made);
    }
    AtomicFiles.write(pointer, made.toString());
    return made;
  }

  /** For a client. */
  static Path find(Path state) throws IOException {
    Path pointer = state.resolve(POINTER);
    return Files.exists(pointer)
        ? Path.of(Files.readString(pointer).strip())
        : state.resolve("control.sock");
  }

  /** Takes the socket away, and the directory that was made for it. */
  static void remove(Path state, Path socket) throws IOException {
    Files.deleteIfExists(socket);
    Path directory = socket.getParent();
    if (directory != null && Files.deleteIfExists(state.resolve(POINTER))) {
      Files.deleteIfExists(directory);
    }
  }

  private static boolean isPrivate(@Nullable Path directory) throws IOException {
    return directory != null
        && Files.isDirectory(directory, java.nio.file.LinkOption.NOFOLLOW_LINKS)
        && Files.isWritable(directory)
        && Files.getPosixFilePermissions(directory)
            .equals(PosixFilePermissions.fromString("rwx------"));
  }

  private static boolean fits(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX;
  }
}
