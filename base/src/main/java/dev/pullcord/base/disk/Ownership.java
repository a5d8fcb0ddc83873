package dev.pullcord.base.disk;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives a state directory to its service user after root has worked in it. */
public final class Ownership {
  private final @Nullable UserPrincipal owner;

  private Ownership(@Nullable UserPrincipal owner) {
    this.owner = owner;
  }

  /**
   * Decided before anything is written.
   *
   * @param state the state directory, which may not be there yet
   * @param user who was asked for; null for who owns it now
   * @param usual whose a directory is that root is about to make; null, or no user of this host,
   *     for root's own
   * @throws IOException when there is no such user
   */
  public static Ownership of(Path state, @Nullable String user, @Nullable String usual)
      throws IOException {
    if (user != null) {
      try {
        return new Ownership(
            state.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
      } catch (UserPrincipalNotFoundException e) {
        throw new IOException("there is no user " + user + " on this host", e);
      }
    }
    if (Files.isDirectory(state)) {
      return new Ownership(Files.getOwner(state));
    }
    return new Ownership(usual != null && isRoot() ? lookUp(state, usual) : null);
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static @Nullable UserPrincipal lookUp(Path state, String name) throws IOException {
    try {
      return state.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
    } catch (UserPrincipalNotFoundException e) {
      return null; // installed by hand: the directory stays root's
    }
  }

  /**
   * Gives all directories and files in the directory to its owner; what is his already is left
   * alone. Links and the like are left to whoever made them: nobody needs to own one.
   *
   * <p>Who works there as the owner must not lead root out of it meanwhile. So each directory is
   * opened in the one above it, and no link is followed, and what was opened is given away.
   *
   * <p>Only root can give away. Nobody else has to be able to read what is above the directory.
   *
   * @param state no link: where one leads there, the path that was opened
   */
  public void apply(Path state) throws IOException {
    UserPrincipal wanted = owner;
    if (wanted == null || !isRoot() || !Files.isDirectory(state, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (SecureDirectoryStream<Path> above = secure(AtomicFiles.directoryOf(state));
        SecureDirectoryStream<Path> directory = opened(above, state.getFileName())) {
      giveAll(directory, wanted);
    }
  }

  /**
   * Gives those of the names to the owner that root has made meanwhile, and nothing below them.
   *
   * @param state no link, as it was before root made anything there
   * @param names that were not there before; the empty one is the directory itself
   */
  public void applyToMade(Path state, List<Path> names) throws IOException {
    UserPrincipal wanted = owner;
    if (wanted == null || !isRoot() || !Files.isDirectory(state, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (SecureDirectoryStream<Path> above = secure(AtomicFiles.directoryOf(state));
        SecureDirectoryStream<Path> directory = opened(above, state.getFileName())) {
      for (Path name : names) {
        giveMade(directory, name, wanted);
      }
    }
  }

  /** No directory on the way to it is a link; what is not there was not made. */
  static void giveMade(SecureDirectoryStream<Path> directory, Path name, UserPrincipal owner)
      throws IOException {
    try {
      if (name.getNameCount() > 1) {
        try (SecureDirectoryStream<Path> below = opened(directory, name.getName(0))) {
          giveMade(below, name.subpath(1, name.getNameCount()), owner);
        }
      } else if (name.toString().isEmpty()) {
        give(directory.getFileAttributeView(PosixFileAttributeView.class), owner);
      } else {
        PosixFileAttributeView view = view(directory, name);
        PosixFileAttributes attributes = view.readAttributes();
        if (attributes.isDirectory() || attributes.isRegularFile()) {
          give(view, owner);
        }
      }
    } catch (NoSuchFileException e) {
      // It was refused before this one was made.
    }
  }

  private static void give(PosixFileAttributeView view, UserPrincipal owner) throws IOException {
    if (!view.getOwner().equals(owner)) {
      view.setOwner(owner);
    }
  }

  private static PosixFileAttributeView view(SecureDirectoryStream<Path> directory, Path name) {
    return directory.getFileAttributeView(
        name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** By the directory that is open, wherever it is now. */
  static void giveAll(SecureDirectoryStream<Path> directory, UserPrincipal owner)
      throws IOException {
    give(directory.getFileAttributeView(PosixFileAttributeView.class), owner);
    try {
      for (Path entry : directory) {
        try {
          giveEntry(directory, entry.getFileName(), owner);
        } catch (NoSuchFileException e) {
          // Whoever works there deletes what he no longer needs.
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void giveEntry(
      SecureDirectoryStream<Path> directory, Path name, UserPrincipal owner) throws IOException {
    PosixFileAttributeView view = view(directory, name);
    PosixFileAttributes attributes = view.readAttributes();
    if (attributes.isDirectory()) {
      try (SecureDirectoryStream<Path> below = opened(directory, name)) {
        giveAll(below, owner);
      }
    } else if (attributes.isRegularFile() && !attributes.owner().equals(owner)) {
      view.setOwner(owner);
    }
  }

  private static SecureDirectoryStream<Path> opened(SecureDirectoryStream<Path> above, Path name)
      throws IOException {
    return above.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS);
  }

  /** Of the directory that root trusts; on Linux each stream is one. */
  static SecureDirectoryStream<Path> secure(Path directory) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(directory);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException(directory + " is on a system where nothing can be given away safely");
  }

  /** Gives one file to the owner, if it is there. */
  public void applyToFile(Path file) throws IOException {
    UserPrincipal wanted = owner;
    if (wanted == null || !isRoot()) {
      return;
    }
    try {
      if (!Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(wanted)) {
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setOwner(wanted);
      }
    } catch (NoSuchFileException e) {
      // Whoever works there deletes what he no longer needs.
    }
  }
}
