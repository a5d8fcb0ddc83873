package dev.pullcord.git.pack;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.ObjectReader;

/**
 * A pack that has come in: on disk, within every limit, and without deltas against large files.
 *
 * <p>JGit holds the base and the result of a delta in memory, so five bytes that change in a file
 * of 60 MB took 120 MB, and every later push of that history again. Such a delta is applied from
 * disk to disk here and its result stored whole; whoever reads the repository afterwards, server or
 * agent, streams it.
 */
public final class StagedPack implements Closeable {
  private final PackFile file;

  private StagedPack(PackFile file) {
    this.file = file;
  }

  /**
   * Takes a whole pack in.
   *
   * @param in ends with the pack
   * @param directory on the file system of the repository, with room for the pack
   * @param objects of the repository, for bases that the pack does not hold
   * @throws PackRefusedException for what is over a limit or is no pack
   */
  public static StagedPack receive(
      InputStream in, Path directory, ObjectReader objects, PackLimits limits) throws IOException {
    PackFile file = new PackFile(directory);
    try {
      spool(in, file, limits);
      PackObjects pack = new PackObjects(file, limits);
      pack.read();
      pack.checkChains(objects);
      if (!pack.hasLarge()) {
        return new StagedPack(file);
      }
      PackFile whole;
      try {
        whole = new WholeObjects(file, pack, objects, directory, limits).write();
      } catch (MissingObjectException e) {
        // Base and result are in the heap then: an agent that ends of it would fetch again at once.
        if (!limits.fetched() || pack.largest() > Runtime.getRuntime().maxMemory() / 4) {
          throw e;
        }
        // The base is a delta of this pack, named by its id: the reader of packs makes it itself.
        return new StagedPack(file);
      }
      file.close();
      return new StagedPack(whole);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static void spool(InputStream in, PackFile file, PackLimits limits) throws IOException {
    OutputStream out = file.appender();
    byte[] buffer = new byte[64 << 10];
    long max = limits.bytes();
    long total = 0;
    if (limits.fetched()) {
      // Before all of it has come; who pushes has to get rid of it before he listens.
      byte[] head = in.readNBytes(PackObjects.HEADER);
      if (head.length == PackObjects.HEADER) {
        limits.checkCount(head);
      }
      out.write(head);
      total = head.length;
    }
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      total += n;
      if (total > max) {
        throw new PackRefusedException(
            limits.fetched() ? "PACK_LIMIT" : "PUSH_TOO_LARGE",
            "more than " + (max >> 20) + " MiB in " + limits.way() + "; " + limits.advice());
      }
      out.write(buffer, 0, n);
    }
  }

  /** Its size as it stands on disk. */
  public long length() throws IOException {
    return file.length();
  }

  /** Its content, from the beginning. */
  public InputStream open() {
    return file.from(0);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
