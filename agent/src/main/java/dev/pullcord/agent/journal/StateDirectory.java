package dev.pullcord.agent.journal;

import dev.pullcord.agent.host.AtomicFiles;
import dev.pullcord.agent.host.Processes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The agent's state directory: where what lies, and the lock that lets one agent in. Opening it
 * makes what is missing (0700) and deletes the leftovers in {@code tmp/}; both happen under the
 * lock.
 */
public final class StateDirectory implements AutoCloseable {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path root;
  private final FileChannel lockChannel;

  private StateDirectory(Path root, FileChannel lockChannel) {
    this.root = root;
    this.lockChannel = lockChannel;
  }

  /**
   * Opens and locks it, until {@link #close}.
   *
   * @throws StateDirectoryException when another agent holds it, or the disk does not let us
   */
  public static StateDirectory open(Path directory) {
    try {
      Files.createDirectories(directory, OWNER_ONLY);
      Path root = directory.toRealPath();
      StateDirectory state = new StateDirectory(root, lock(root));
      for (String name : List.of("releases", "generations", "passes", "spool", "tmp")) {
        Files.createDirectories(root.resolve(name), OWNER_ONLY);
      }
      letWorkersThrough(state);
      state.deleteLeftovers();
      return state;
    } catch (IOException e) {
      throw new StateDirectoryException(
          "STATE_DIRECTORY_UNUSABLE", "cannot use state directory " + directory + ": " + e, e);
    }
  }

  private static FileChannel lock(Path root) throws IOException {
    Path file = root.resolve("lock");
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      String holder = Files.readString(file).strip();
      channel.close();
      throw new StateDirectoryException(
          "ALREADY_RUNNING",
          "ALREADY_RUNNING pid "
              + (holder.isEmpty() ? "unknown" : holder)
              + " holds "
              + root
              + "; stop that agent or use another --state",
          null);
    }
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap((Processes.self() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
    return channel;
  }

  /** A worker of another user reads releases and its own link, and lists nothing else. */
  private static void letWorkersThrough(StateDirectory state) throws IOException {
    Set<PosixFilePermission> passable = PosixFilePermissions.fromString("rwx--x--x");
    for (Path path : List.of(state.root, state.releases(), state.generations())) {
      if (!Files.getPosixFilePermissions(path).equals(passable)) {
        Files.setPosixFilePermissions(path, passable);
      }
    }
  }

  private void deleteLeftovers() throws IOException {
    try (Stream<Path> leftovers = Files.list(tmp())) {
      for (Path leftover : leftovers.toList()) {
        AtomicFiles.deleteTree(leftover);
      }
    }
  }

  /** The directory itself, as a real path. */
  public Path root() {
    return root;
  }

  /** Trees by name. */
  public Path releases() {
    return root.resolve("releases");
  }

  /** The tree of that name. */
  public Path release(String name) {
    return releases().resolve(name);
  }

  /** What {@code current} says for a release: relative, so that a moved directory still works. */
  public static Path toRelease(String name) {
    return Path.of("releases", name);
  }

  /** Why each release is kept; for people. */
  public Path keptReleases() {
    return root.resolve("releases.kept");
  }

  /** The link to the active release. */
  public Path current() {
    return root.resolve("current");
  }

  /** Where generations keep their files. */
  public Path generations() {
    return root.resolve("generations");
  }

  /** The files of one start of a worker. */
  public Path generation(long number) {
    return generations().resolve(Long.toString(number));
  }

  /** What can be made again. */
  public Path cache() {
    return root.resolve("cache");
  }

  /** A Python environment by its key. */
  public Path venv(String key) {
    return venvs().resolve(key);
  }

  /** Python environments. */
  public Path venvs() {
    return cache().resolve("venvs");
  }

  /** The key of hashes over what is secret. */
  public Path identityKey() {
    return root.resolve("identity.key");
  }

  /** What the host is to start after a boot. */
  public Path workersAtBoot() {
    return root.resolve("workers-at-boot");
  }

  /** What was done and was to be done. */
  public Path journal() {
    return root.resolve("journal");
  }

  /** Transcripts. */
  public Path passes() {
    return root.resolve("passes");
  }

  /** The bare mirror. */
  public Path repository() {
    return root.resolve("repo.git");
  }

  /** Reports that were not acknowledged. */
  public Path spool() {
    return root.resolve("spool");
  }

  /** Everything is written here first; nothing in it is trusted, all of it may go at any start. */
  public Path tmp() {
    return root.resolve("tmp");
  }

  /** Lets go of the lock; may be called twice. */
  @Override
  public void close() {
    try {
      lockChannel.close();
    } catch (IOException e) {
      throw new StateDirectoryException(
          "STATE_DIRECTORY_UNUSABLE", "cannot let go of " + root.resolve("lock") + ": " + e, e);
    }
  }
}
