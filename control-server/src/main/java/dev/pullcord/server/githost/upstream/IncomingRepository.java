package dev.pullcord.server.githost.upstream;

import dev.pullcord.git.pack.StagedPack;
import dev.pullcord.server.githost.entry.EntryLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.RefDatabase;
import org.eclipse.jgit.transport.PackParser;
import org.jspecify.annotations.Nullable;

/**
 * The hosted repository as a fetch sees it: a pack is taken in whole and within the limits of a
 * push before JGit reads of it.
 */
final class IncomingRepository extends FileRepository {
  /** Null only while the class above is made, which asks for objects and refs already. */
  private final @Nullable FileRepository hosted;

  /** Objects and refs go to this one. */
  IncomingRepository(FileRepository hosted) throws IOException {
    super(hosted.getDirectory());
    this.hosted = hosted;
  }

  @Override
  public ObjectDirectory getObjectDatabase() {
    return hosted == null ? super.getObjectDatabase() : hosted.getObjectDatabase();
  }

  @Override
  public RefDatabase getRefDatabase() {
    return hosted == null ? super.getRefDatabase() : hosted.getRefDatabase();
  }

  @Override
  public ObjectInserter newObjectInserter() {
    return new Staging(super.newObjectInserter());
  }

  /** Keeps the staged pack until it was read. */
  private final class Staging extends ObjectInserter.Filter {
    private final ObjectInserter inserter;
    private @Nullable StagedPack staged;

    Staging(ObjectInserter inserter) {
      this.inserter = inserter;
    }

    @Override
    protected ObjectInserter delegate() {
      return inserter;
    }

    @Override
    public PackParser newPackParser(InputStream in) throws IOException {
      Path objects = getDirectory().toPath().resolve("objects");
      StagedPack pack;
      try (ObjectReader reader = getObjectDatabase().newReader()) {
        pack = StagedPack.receive(in, objects, reader, EntryLimits.PACK);
      }
      staged = pack;
      PackParser parser = super.newPackParser(pack.open());
      parser.setMaxObjectSizeLimit(EntryLimits.PACK.blobBytes());
      return parser;
    }

    @Override
    public void close() {
      super.close();
      if (staged != null) {
        try {
          staged.close();
        } catch (IOException _) {
          // An open file without a name: it is gone with the process at the latest.
        }
      }
    }
  }
}
