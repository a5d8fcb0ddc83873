package dev.pullcord.server.githost.entry;

import dev.pullcord.server.host.ServerClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the lock files that keep a ref from being moved. This server alone writes to its repository
 * and holds such a lock for milliseconds, so one that is older than a minute was left by a git
 * command that was run there by hand and killed: it is deleted.
 */
public final class RefLocks {
  static final Duration OLD = Duration.ofMinutes(1);
  private static final Logger LOG = LoggerFactory.getLogger(RefLocks.class);

  private final Path gitDir;

  /** Those of this repository. */
  public RefLocks(Path gitDir) {
    this.gitDir = gitDir;
  }

  /** Deletes those of a ref that are old. */
  public void clear(String ref) throws IOException {
    for (Path lock : of(ref)) {
      Optional<Duration> age = age(lock);
      if (age.isPresent() && age.get().compareTo(OLD) > 0) {
        LOG.warn("removing {}, {} s old: nothing that runs holds it", lock, age.get().toSeconds());
        Files.deleteIfExists(lock);
      }
    }
  }

  /** One that is there, in words for a pusher; nothing if there is none. */
  public Optional<String> inTheWay(String ref) throws IOException {
    return found(ref)
        .map(lock ->
            lock
                + "; push again in a minute: if no git command holds it, the server then removes"
                + " it");
  }

  /** One that is there, in a few words. */
  public Optional<String> found(String ref) throws IOException {
    for (Path lock : of(ref)) {
      Optional<Duration> age = age(lock);
      if (age.isPresent()) {
        return Optional.of(
            ref
                + " is locked by "
                + gitDir.relativize(lock)
                + ", made "
                + age.get().toSeconds()
                + " s ago in the server's repository");
      }
    }
    return Optional.empty();
  }

  private List<Path> of(String ref) {
    List<Path> locks = new ArrayList<>();
    Path loose = gitDir.resolve(ref + ".lock").normalize();
    if (loose.startsWith(gitDir)) {
      locks.add(loose);
    }
    locks.add(gitDir.resolve("packed-refs.lock"));
    return locks;
  }

  private static Optional<Duration> age(Path lock) throws IOException {
    try {
      BasicFileAttributes file =
          Files.readAttributes(lock, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return file.isRegularFile()
          ? Optional.of(
              Duration.between(file.lastModifiedTime().toInstant(), ServerClock.now()).abs())
          : Optional.empty();
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }
}
