package dev.pullcord.git.pack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.pack.PackExt;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectIdSubclassMap;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.pack.PackConfig;
import org.eclipse.jgit.transport.PackParser;

/**
 * Copies objects of a repository into one new pack of it. Copies what is stored, searches for no
 * deltas, and reads the new pack in as any other, which checks every object.
 */
final class PackCopy {
  static final int OBJECTS_MAX = 200_000;
  static final long BYTES_MAX = 512L << 20;
  private static final PackLimits LIMITS =
      new PackLimits(
          2 * BYTES_MAX,
          OBJECTS_MAX,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          1 << 20,
          64L << 30,
          false);

  private PackCopy() {}

  /** Of at most {@link #OBJECTS_MAX} objects; one that is named twice is copied once. */
  static void of(FileRepository repository, Iterable<ObjectId> ids) throws IOException {
    try (PackFile copy = new PackFile(repository.getObjectsDirectory().toPath())) {
      write(repository, ids, copy);
      keep(repository, copy);
    }
  }

  private static void write(FileRepository repository, Iterable<ObjectId> ids, PackFile copy)
      throws IOException {
    PackConfig config = new PackConfig();
    config.setReuseDeltas(true);
    config.setReuseObjects(true);
    config.setDeltaCompress(false);
    config.setThreads(1);
    try (RevWalk walk = new RevWalk(repository);
        PackWriter writer = new PackWriter(config, repository.newObjectReader())) {
      ObjectIdSubclassMap<RevObject> objects = new ObjectIdSubclassMap<>();
      ObjectReader reader = walk.getObjectReader();
      reader.setStreamFileThreshold(0); // only the type is wanted
      for (ObjectId id : ids) {
        if (!objects.contains(id)) {
          objects.add(walk.lookupAny(id, reader.open(id).getType()));
        }
      }
      writer.setDeltaBaseAsOffset(true);
      writer.setUseBitmaps(false);
      writer.preparePack(objects.iterator());
      writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, copy.appender());
    }
  }

  private static void keep(FileRepository repository, PackFile copy) throws IOException {
    try (ObjectReader reader = repository.newObjectReader();
        StagedPack staged =
            StagedPack.receive(
                copy.from(0), repository.getObjectsDirectory().toPath(), reader, LIMITS);
        InputStream in = staged.open();
        ObjectInserter inserter = repository.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(in);
      parser.parse(NullProgressMonitor.INSTANCE);
      inserter.flush();
    }
  }

  /** The pack first, as git does: an index without a pack is not read. */
  static void delete(Pack pack) throws IOException {
    Path file = pack.getPackFile().toPath();
    Files.deleteIfExists(file);
    for (PackExt ext : PackExt.values()) {
      if (ext != PackExt.PACK && ext != PackExt.KEEP) {
        Files.deleteIfExists(pack.getPackFile().create(ext).toPath());
      }
    }
  }
}
