package dev.pullcord.git;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PackParser;

/**
 * Finds what a killed process has left in a bare repository that this process alone writes to: lock
 * files, and objects or packs that were half written.
 *
 * <p>Everything is named by the place where JGit makes it as well as by its name: a branch may be
 * called {@code incoming_orders}, but no ref can end with {@code .lock}.
 */
public final class RepositoryLeftovers {
  // JGit: objects/incoming_<n>.pack and .idx while a pack comes in, objects/noz<n>.tmp for an
  // object of its own, objects/pack/gc_<n>.…_tmp while it repacks.
  private static final Pattern IN_OBJECTS =
      Pattern.compile("incoming_[0-9]+\\.(pack|idx)|noz[0-9]+\\.tmp");
  private static final Pattern IN_PACKS = Pattern.compile("(gc_|commit_)[0-9]+.*_tmp");
  private static final Pattern AT_TOP = Pattern.compile(".+\\.lock|gc\\.pid");
  private static final Pattern LOCK = Pattern.compile(".+\\.lock");

  private static final String ASIDE = ".without-index";
  private static final String DAMAGED = ".damaged";

  private RepositoryLeftovers() {}

  /** The files that may be deleted while nothing else works in the repository. */
  public static List<Path> in(Path gitDir) throws IOException {
    List<Path> found = new ArrayList<>();
    list(gitDir, AT_TOP, found);
    Path objects = gitDir.resolve("objects");
    list(objects, IN_OBJECTS, found);
    list(objects.resolve("pack"), IN_PACKS, found);
    list(objects.resolve("pack"), IN_OBJECTS, found);
    list(objects.resolve("pack"), LOCK, found);
    list(objects.resolve("info"), LOCK, found);
    found.addAll(locks(gitDir.resolve("refs")));
    return found;
  }

  /**
   * Packs without an index: JGit reads none, takes it for there, and keeps no other of its name.
   */
  public static List<Path> halves(Path gitDir) throws IOException {
    List<Path> packs = new ArrayList<>();
    list(gitDir.resolve("objects/pack"), Pattern.compile("pack-.+\\.pack"), packs);
    packs.removeIf(pack -> {
      String name = pack.getFileName().toString();
      return Files.exists(pack.resolveSibling(name.replaceFirst("\\.pack$", ".idx")));
    });
    return packs;
  }

  /**
   * Puts indexes of packs aside that cannot be read, so that their packs are {@link #halves}. JGit
   * passes over such a pack, and then misses what was pushed.
   */
  public static List<Path> putDamagedIndexesAside(Path gitDir) throws IOException {
    List<Path> damaged = new ArrayList<>();
    Path packs = gitDir.resolve("objects/pack");
    if (!Files.isDirectory(packs, LinkOption.NOFOLLOW_LINKS)) {
      return damaged;
    }
    try (DirectoryStream<Path> indexes = Files.newDirectoryStream(packs, "pack-*.idx")) {
      for (Path index : indexes) {
        if (!isReadable(index)) {
          Path aside = index.resolveSibling(index.getFileName() + DAMAGED);
          Files.move(index, aside, StandardCopyOption.REPLACE_EXISTING);
          damaged.add(index);
        }
      }
    }
    return damaged;
  }

  /** Zeros are an index, too: of a pack with nothing in it. */
  private static boolean isReadable(Path index) throws IOException {
    String name = index.getFileName().toString();
    Path pack = index.resolveSibling(name.replaceFirst("\\.idx$", ".pack"));
    if (!isFile(pack)) {
      return true; // nothing could be made again
    }
    try (DataInputStream head = new DataInputStream(Files.newInputStream(pack))) {
      long objects = PackIndex.open(index.toFile()).getObjectCount();
      head.skipNBytes(2 * Integer.BYTES);
      return objects == Integer.toUnsignedLong(head.readInt());
    } catch (EOFException _) {
      return true; // it is the pack that is damaged
    } catch (IOException e) {
      if (e.getCause() instanceof AccessDeniedException || e instanceof AccessDeniedException) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Reads such a pack in again, which makes its index. A kill between the two renames of a push
   * leaves one, and so does whoever deletes an index.
   *
   * @return whether it was whole; if not, it stands aside under a name that nothing reads
   */
  public static boolean complete(Repository repository, Path half) throws IOException {
    Path aside = half.resolveSibling(half.getFileName() + ASIDE);
    Files.move(half, aside, StandardCopyOption.REPLACE_EXISTING);
    try (InputStream pack = new BufferedInputStream(Files.newInputStream(aside));
        ObjectInserter inserter = repository.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(pack);
      parser.setAllowThin(true);
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    } catch (CorruptObjectException | MissingObjectException | EOFException _) {
      return false;
    }
    Files.delete(aside);
    return true;
  }

  private static void list(Path directory, Pattern names, List<Path> found) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (names.matcher(entry.getFileName().toString()).matches() && isFile(entry)) {
          found.add(entry);
        }
      }
    }
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Of refs, at any depth; no link is followed. */
  private static List<Path> locks(Path refs) throws IOException {
    List<Path> found = new ArrayList<>();
    if (!Files.isDirectory(refs, LinkOption.NOFOLLOW_LINKS)) {
      return found;
    }
    Files.walkFileTree(
        refs,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (attributes.isRegularFile() && LOCK.matcher(name).matches()) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
