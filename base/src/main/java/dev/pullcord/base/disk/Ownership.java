package dev.pullcord.base.disk;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;

/** Who is to own a state directory after root has worked in it for a service user. */
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
    return new Ownership(
        usual != null && "root".equals(System.getProperty("user.name"))
            ? lookUp(state, usual)
            : null);
  }

  private static @Nullable UserPrincipal lookUp(Path state, String name) throws IOException {
    try {
      return state.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
    } catch (UserPrincipalNotFoundException e) {
      return null; // installed by hand: the directory stays root's
    }
  }

  /** Gives everything in the directory to its owner; what is his already is left alone. */
  public void apply(Path state) throws IOException {
    UserPrincipal wanted = owner;
    if (wanted == null || !Files.isDirectory(state)) {
      return;
    }
    Files.walkFileTree(
        state,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            giveIfThere(directory, wanted);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            giveIfThere(file, wanted);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void giveIfThere(Path path, UserPrincipal owner) throws IOException {
    try {
      give(path, owner);
    } catch (NoSuchFileException e) {
      // Whoever works there deletes what he no longer needs.
    }
  }

  /** Gives one file to the owner, if it is there. */
  public void applyToFile(Path file) throws IOException {
    if (owner != null) {
      giveIfThere(file, owner);
    }
  }

  private static void give(Path path, UserPrincipal owner) throws IOException {
    if (!Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
      Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setOwner(owner);
    }
  }
}
