package dev.pullcord.agent.state;

import dev.pullcord.base.disk.DirectoryLock;
import dev.pullcord.base.disk.FileFault;
import dev.pullcord.base.disk.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's state directory: where what lies, and the lock that lets one agent in. Opening it
 * looks whether it can be trusted ({@link StateTrust}), makes what is missing (0700) and deletes
 * the leftovers in {@code tmp/}; all under the lock.
 */
public final class StateDirectory implements AutoCloseable {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final List<String> PARTS =
      List.of(
          "releases",
          "generations",
          "workers",
          "passes",
          "spool",
          "actions",
          "tmp",
          "cache",
          "cache/venvs");

  private static final Logger LOG = LoggerFactory.getLogger(StateDirectory.class);

  private final Path root;
  private final DirectoryLock lock;

  private StateDirectory(Path root, DirectoryLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Opens and locks it, until {@link #close}.
   *
   * @throws StateDirectoryException when another agent holds it, or the disk does not let us
   */
  public static StateDirectory open(Path directory) {
    return open(directory, false);
  }

  /** The same for root, who works for the user that it belongs to. */
  public static StateDirectory openForItsOwner(Path directory) {
    return open(directory, true);
  }

  /** What opening it makes and what is not there yet; the empty name is the directory itself. */
  public static List<Path> missing(Path directory) {
    return Stream.concat(Stream.of("", "lock"), PARTS.stream())
        .filter(name -> !Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS))
        .map(Path::of)
        .toList();
  }

  /**
   * What keeps it from being opened, one line each, with the command to run. Changes nothing and
   * needs no lock.
   *
   * @param root as a real path
   * @param anyOwner whether it may belong to somebody else, as for root who works for another user
   */
  public static List<String> problems(Path root, boolean anyOwner) throws IOException {
    return new StateTrust(root, anyOwner).problemsAsTheyAre();
  }

  private static StateDirectory open(Path directory, boolean anyOwner) {
    StateDirectory state = null;
    try {
      Files.createDirectories(directory, OWNER_ONLY);
      Path root = directory.toRealPath();
      StateTrust trust = new StateTrust(root, anyOwner);
      trust.root();
      state = new StateDirectory(root, lock(root));
      for (String name : PARTS) {
        if (!Files.exists(root.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectory(root.resolve(name), OWNER_ONLY);
        }
      }
      trust.content(state);
      state.deleteLeftovers();
      return state;
    } catch (IOException e) {
      close(state);
      throw new StateDirectoryException(
          "STATE_DIRECTORY_UNUSABLE",
          "cannot use state directory " + directory + ": " + FileFault.of(e),
          e);
    } catch (StateDirectoryException e) {
      close(state);
      throw e;
    }
  }

  private static void close(@Nullable StateDirectory state) {
    if (state != null) {
      state.close();
    }
  }

  private static DirectoryLock lock(Path root) throws IOException {
    try {
      return DirectoryLock.take(root);
    } catch (DirectoryLock.HeldException e) {
      throw new StateDirectoryException(
          "ALREADY_RUNNING",
          "ALREADY_RUNNING pid "
              + e.pid()
              + " holds "
              + root
              + "; stop that agent or use another --state",
          null);
    }
  }

  private void deleteLeftovers() throws IOException {
    try (Stream<Path> leftovers = Files.list(tmp())) {
      for (Path leftover : leftovers.toList()) {
        deleteLeftover(leftover);
      }
    }
  }

  /** What another user has built and nobody has cleared stays; it is in nobody's way. */
  private static void deleteLeftover(Path leftover) throws IOException {
    try {
      FileTrees.delete(leftover);
    } catch (AccessDeniedException e) {
      LOG.warn("as root, rm -rf {}: {}", leftover, FileFault.of(e));
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

  /** What a worker keeps from one generation to the next; made when it is missing. */
  public Path kept(String worker) {
    Path kept = root.resolve("workers").resolve(worker);
    try {
      if (!Files.isDirectory(kept, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(kept, OWNER_ONLY);
      }
      return kept;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** Which links elsewhere on the host are ours. */
  public Path targets() {
    return root.resolve("targets");
  }

  /** Which workers died lately. */
  public Path deaths() {
    return root.resolve("deaths.json");
  }

  /** What was done and was to be done. */
  public Path journal() {
    return root.resolve("journal");
  }

  /** Transcripts. */
  public Path passes() {
    return root.resolve("passes");
  }

  /** Which orders to run an action were taken up. */
  public Path actions() {
    return root.resolve("actions");
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
      lock.close();
    } catch (IOException e) {
      throw new StateDirectoryException(
          "STATE_DIRECTORY_UNUSABLE", "cannot let go of the lock: " + FileFault.of(e), e);
    }
  }
}
