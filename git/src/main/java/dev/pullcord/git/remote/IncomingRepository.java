package dev.pullcord.git.remote;

import dev.pullcord.git.pack.PackLimits;
import dev.pullcord.git.pack.StagedPack;
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
 * A repository as a fetch sees it: a pack is taken in whole and within limits before JGit reads of
 * it.
 */
public final class IncomingRepository extends FileRepository {
  /** Null only while the class above is made, which asks for objects and refs already. */
  private final @Nullable FileRepository kept;

  private final PackLimits limits;

  /** Objects and refs go to that one. */
  public IncomingRepository(FileRepository kept, PackLimits limits) throws IOException {
    super(kept.getDirectory());
    this.kept = kept;
    this.limits = limits;
  }

  @Override
  public ObjectDirectory getObjectDatabase() {
    return kept == null ? super.getObjectDatabase() : kept.getObjectDatabase();
  }

  @Override
  public RefDatabase getRefDatabase() {
    return kept == null ? super.getRefDatabase() : kept.getRefDatabase();
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
        pack = StagedPack.receive(in, objects, reader, limits);
      }
      staged = pack;
      PackParser parser = super.newPackParser(pack.open());
      parser.setMaxObjectSizeLimit(limits.blobBytes());
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
