package dev.pullcord.git;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.BasePackIndexWriter;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.ObjectDirectoryPackParser;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.transport.PackParser;

/**
 * Makes indexes of packs again, in a repository that this process alone writes to. A pack may hold
 * all there is, so it keeps its name until it is known to be damaged: after a full disk, a failed
 * read or a kill the next start finds it as it was, and tries again.
 */
public final class HalfPacks {
  private static final String PACK = ".pack";
  private static final String INDEX = ".idx";
  private static final String DAMAGED = ".damaged";
  private static final String CORRUPT = ".corrupt";
  // Releases before this one read a pack under this name, and a failure left it there.
  private static final String ASIDE = ".without-index";

  private static final int INDEX_VERSION = 2;

  private HalfPacks() {}

  /** How a file is read; a test fails here as a disk does. */
  interface Reads {
    Reads FILES = Files::newInputStream;

    InputStream open(Path file) throws IOException;
  }

  /** Gives packs their names again that an interrupted try of an earlier release left aside. */
  public static List<Path> bringBack(Path gitDir) throws IOException {
    List<Path> back = new ArrayList<>();
    for (Path aside : packFiles(gitDir, "pack-*" + PACK + ASIDE)) {
      Path pack = sibling(aside, PACK + ASIDE, PACK);
      if (!Files.exists(pack, LinkOption.NOFOLLOW_LINKS)) {
        back.add(Files.move(aside, pack));
      }
    }
    return back;
  }

  /**
   * Puts indexes of packs aside that are damaged, so that their packs are {@link
   * RepositoryLeftovers#halves}. JGit passes over such a pack, and then misses what was pushed.
   *
   * @throws IOException if one could not be read; it stays, because it may well be whole
   */
  public static List<Path> putDamagedIndexesAside(Path gitDir) throws IOException {
    return putDamagedIndexesAside(gitDir, Reads.FILES);
  }

  static List<Path> putDamagedIndexesAside(Path gitDir, Reads reads) throws IOException {
    List<Path> damaged = new ArrayList<>();
    for (Path index : packFiles(gitDir, "pack-*" + INDEX)) {
      // Without its pack nothing could be made again.
      if (isFile(sibling(index, INDEX, PACK)) && !isWhole(index, reads)) {
        Files.move(index, add(index, DAMAGED), StandardCopyOption.REPLACE_EXISTING);
        damaged.add(index);
      }
    }
    return damaged;
  }

  private static boolean isWhole(Path index, Reads reads) throws IOException {
    try (InputStream in = reads.open(index)) {
      return PackChecks.isWholeIndex(in, Files.size(index));
    }
  }

  /**
   * Reads a pack without an index in again, which makes its index. A kill between the two renames
   * of a push leaves one, and so does whoever deletes an index.
   *
   * @return whether it was whole; if not, it stands aside under a name that nothing reads
   * @throws IOException if it could not be read, or the index not be written; nothing has changed
   */
  public static boolean complete(FileRepository repository, Path half) throws IOException {
    return complete(repository, half, Reads.FILES);
  }

  static boolean complete(FileRepository repository, Path half, Reads reads) throws IOException {
    try {
      parse(repository, half, reads);
      return true;
    } catch (CorruptObjectException | MissingObjectException | EOFException _) {
      Files.move(half, add(half, CORRUPT), StandardCopyOption.REPLACE_EXISTING);
      return false;
    }
  }

  private static void parse(FileRepository repository, Path half, Reads reads) throws IOException {
    long objects = objects(half, reads);
    try (InputStream pack = new BufferedInputStream(reads.open(half));
        ObjectInserter inserter = repository.newObjectInserter()) {
      ObjectDirectoryPackParser parser = (ObjectDirectoryPackParser) inserter.newPackParser(pack);
      parser.setAllowThin(true);
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
      // JGit stores none of a name that is there, and none that is empty.
      if (parser.getPack() != null || parser.getObjectCount() == 0) {
        Files.delete(half);
      } else if (parser.getObjectCount() == objects) {
        writeIndex(parser, half);
        repository.getObjectDatabase().openPack(half.toFile());
      } else {
        throw new CorruptObjectException(half + " lacks what its deltas are made from");
      }
    }
  }

  private static long objects(Path half, Reads reads) throws IOException {
    try (InputStream in = reads.open(half)) {
      return PackChecks.objectsOfPack(in, Files.size(half));
    }
  }

  private static void writeIndex(PackParser parser, Path half) throws IOException {
    // A name that RepositoryLeftovers sweeps.
    Path temporary = Files.createTempFile(half.getParent(), "gc_", ".idx_tmp");
    try {
      try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file));
        BasePackIndexWriter.createVersion(out, INDEX_VERSION)
            .write(parser.getSortedObjectList(null), trailer(half));
        out.flush();
        file.force(true);
      }
      Files.move(temporary, sibling(half, PACK, INDEX), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static byte[] trailer(Path pack) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "r")) {
      byte[] checksum = new byte[Constants.OBJECT_ID_LENGTH];
      file.seek(file.length() - checksum.length);
      file.readFully(checksum);
      return checksum;
    }
  }

  private static List<Path> packFiles(Path gitDir, String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    Path packs = gitDir.resolve("objects/pack");
    if (Files.isDirectory(packs, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(packs, glob)) {
        files.forEach(found::add);
      }
    }
    found.removeIf(file -> !isFile(file));
    return found;
  }

  private static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static Path sibling(Path file, String ending, String other) {
    String name = file.getFileName().toString();
    return file.resolveSibling(name.substring(0, name.length() - ending.length()) + other);
  }

  private static Path add(Path file, String ending) {
    return file.resolveSibling(file.getFileName() + ending);
  }
}
