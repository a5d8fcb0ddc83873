package dev.pullcord.agent.activate;

import dev.pullcord.base.disk.AtomicFiles;
import dev.pullcord.base.disk.FileFault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Optional;

/**
 * One place on the host where a link through {@code current} stands or is to stand. Only a link
 * that points there is ever replaced or removed. Nothing is written through a link above it, nor in
 * a directory in which everybody may put one.
 */
final class TargetPlace {
  private static final int STICKY = 0x200;
  private static final String ASIDE = ".pullcord-new";
  private static final String CURRENT = "/current/";

  private final Path link;
  private final Path current;

  /**
   * A place.
   *
   * @param link an absolute path in its plain form
   * @param current the agent's own link, through which all of its links point
   */
  TargetPlace(Path link, Path current) {
    this.link = link;
    this.current = current;
  }

  private Path parent() {
    return Objects.requireNonNull(link.getParent());
  }

  /** What keeps a link to that from being here: cause, place, and what to do. */
  Optional<String> problem(Path text) {
    return wrong(text).map(why -> "target " + link + ": " + why);
  }

  private Optional<String> wrong(Path text) {
    Path state = Objects.requireNonNull(current.getParent());
    if (link.startsWith(state)) {
      return Optional.of("it is in the agent's own directory " + state + "; name another place");
    }
    Optional<String> above = above();
    if (above.isPresent()) {
      return above;
    }
    try {
      if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        return unwritable();
      }
      Path there = AtomicFiles.readLink(link);
      if (there == null) {
        String what = Files.isDirectory(link, LinkOption.NOFOLLOW_LINKS) ? "directory" : "file";
        return Optional.of("a %s is there; move it away, or name another place".formatted(what));
      }
      if (!isOurs(there)) {
        return Optional.of(foreign(there));
      }
      return there.equals(text) ? Optional.empty() : unwritable();
    } catch (IOException e) {
      return Optional.of(FileFault.of(e));
    }
  }

  /** Each directory above it must be there, be no link, and not be open to everybody. */
  private Optional<String> above() {
    Path directory = Objects.requireNonNull(link.getRoot());
    for (Path name : parent()) {
      directory = directory.resolve(name);
      if (Files.isSymbolicLink(directory)) {
        return Optional.of(
            directory
                + " is a link, and nothing is written through one; name the directory that it"
                + " leads to");
      }
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(
            Files.exists(directory, LinkOption.NOFOLLOW_LINKS)
                ? directory + " is no directory; name another place"
                : "there is no directory %s; as root, install -d -o %s %s"
                    .formatted(directory, user(), parent()));
      }
      if (isOpenToAll(directory)) {
        return Optional.of(
            directory + " can be changed by every user of this host; chmod o-w " + directory);
      }
    }
    return Optional.empty();
  }

  /** Where the sticky bit is set, nobody can take away what is another's. */
  private static boolean isOpenToAll(Path directory) {
    try {
      return Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS)
              .contains(PosixFilePermission.OTHERS_WRITE)
          && ((int) Files.getAttribute(directory, "unix:mode", LinkOption.NOFOLLOW_LINKS) & STICKY)
              == 0;
    } catch (IOException e) {
      return true;
    }
  }

  private Optional<String> unwritable() throws IOException {
    Path parent = parent();
    if (Files.isWritable(parent)) {
      return Optional.empty();
    }
    return Optional.of(
        Files.getFileStore(parent).isReadOnly()
            ? ("%s is read-only for the agent; where its unit keeps it from writing there,"
                    + " systemctl edit pullcord-agent, and under [Service] ReadWritePaths=-%s")
                .formatted(parent, parent)
            : "user %s may not write in %s; as root, chown %s %s"
                .formatted(user(), parent, user(), parent));
  }

  private String foreign(Path there) {
    String text = there.toString();
    int at = text.indexOf(CURRENT);
    String whose =
        at > 0 && Files.exists(Path.of(text.substring(0, at), "journal"))
            ? "the agent with the state directory " + text.substring(0, at)
            : "somebody else";
    return "a link of %s is there, to %s; remove it, or name another place".formatted(whose, there);
  }

  private static String user() {
    return System.getProperty("user.name");
  }

  private boolean isOurs(Path there) {
    return there.startsWith(current) && there.normalize().equals(there);
  }

  /**
   * Makes the link, or points ours elsewhere by a rename.
   *
   * @return whether anything had to be done
   * @throws IOException with the problem where there is one
   */
  boolean point(Path text) throws IOException {
    Optional<String> problem = problem(text);
    if (problem.isPresent()) {
      throw new IOException(problem.get());
    }
    Path there = AtomicFiles.readLink(link);
    if (text.equals(there)) {
      return false;
    }
    try {
      if (there == null) {
        // Fails where somebody was faster; it never replaces anything.
        AtomicFiles.link(link, text);
      } else {
        replace(text);
      }
      AtomicFiles.forceDirectory(parent());
      return true;
    } catch (FileAlreadyExistsException e) {
      throw new IOException(
          "target " + link + ": something is at " + e.getFile() + "; move it away", e);
    } catch (IOException e) {
      throw new IOException("target " + link + ": " + FileFault.of(e), e);
    }
  }

  private void replace(Path text) throws IOException {
    Path aside = link.resolveSibling("." + link.getFileName() + ASIDE);
    Path left = AtomicFiles.readLink(aside);
    if (left != null && isOurs(left)) {
      Files.delete(aside);
    }
    AtomicFiles.link(aside, text);
    AtomicFiles.rename(aside, link);
  }

  /** Takes the link away if it is ours; whether it was. What keeps us from it is said. */
  boolean remove() throws IOException {
    Path there = AtomicFiles.readLink(link);
    if (there == null || !isOurs(there)) {
      return false;
    }
    Optional<String> above = above();
    if (above.isPresent()) {
      throw new IOException("target " + link + " cannot be removed: " + above.get());
    }
    try {
      AtomicFiles.remove(link);
      return true;
    } catch (IOException e) {
      throw new IOException("target " + link + " cannot be removed: " + FileFault.of(e), e);
    }
  }
}
