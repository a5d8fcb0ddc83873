package dev.pullcord.server.delta;

import dev.pullcord.base.disk.FileTrees;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.repository.PackSettings;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.store.DiskTrouble;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All of a commit as one pack, for nodes that have nothing yet: made when the first of them asks,
 * and kept as a file for those that join beside it. Only the packs that were asked for last are
 * kept; a start of the server begins with none.
 *
 * <p>Owns: a pack that is too large to keep, and a disk that does not take it (both are answered by
 * nothing, and the node fetches as git does).
 */
final class FullPacks {
  static final int KEPT_MAX = 4;
  private static final long PACK_MAX_BYTES = 1L << 30;
  private static final String DIRECTORY = "full-packs";
  private static final Logger LOG = LoggerFactory.getLogger(FullPacks.class);

  private final RepositoryStore store;
  private final long mostBytes;
  private final Path directory;
  private final Lock making = new ReentrantLock();
  private final Map<CommitId, Kept> kept = new LinkedHashMap<>(KEPT_MAX, 0.75f, true);
  private boolean tidied;

  /** The file of a pack; none for one that is too large to keep. */
  private record Kept(Optional<Path> file) {}

  FullPacks(RepositoryStore store) {
    this(store, PACK_MAX_BYTES);
  }

  /** Keeps no pack that is larger. */
  FullPacks(RepositoryStore store, long mostBytes) {
    this.store = store;
    this.mostBytes = mostBytes;
    this.directory = store.repository().getDirectory().toPath().resolve(DIRECTORY);
  }

  /** A pack that can be read to its end, whatever is deleted meanwhile; to be closed. */
  record Opened(InputStream content, long bytes) {}

  /** The pack with which the commit is complete where nothing is. Whoever comes later waits. */
  Optional<Opened> open(CommitId commit) {
    making.lock();
    try {
      Kept known = kept.get(commit);
      if (known == null && store.commit(commit).isEmpty()) {
        return Optional.empty(); // it may still come, so this is not kept
      }
      if (known == null) {
        known = new Kept(make(commit));
        kept.put(commit, known);
        prune();
      }
      if (known.file().isEmpty()) {
        return Optional.empty();
      }
      Path file = known.file().get();
      return Optional.of(new Opened(Files.newInputStream(file), Files.size(file)));
    } catch (IOException e) {
      kept.remove(commit);
      DiskTrouble.log(LOG, "no pack with all of " + commit, e);
      return Optional.empty();
    } finally {
      making.unlock();
    }
  }

  private Optional<Path> make(CommitId commit) throws IOException {
    tidy();
    store.requireRoom();
    Path file = directory.resolve(commit.value() + ".pack");
    Repository repository = store.repository();
    try (OutputStream out = new Limited(Files.newOutputStream(file), mostBytes);
        PackWriter writer =
            new PackWriter(
                PackSettings.forAgents(repository, false), repository.newObjectReader())) {
      writer.setDeltaBaseAsOffset(true);
      writer.setUseBitmaps(false);
      writer.preparePack(
          NullProgressMonitor.INSTANCE, Set.of(RepositoryStore.objectId(commit)), Set.of());
      writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, out);
    } catch (TooLargeException e) {
      LOG.info("{}: {}", commit.abbreviated(), e.getMessage());
      Files.deleteIfExists(file);
      return Optional.empty();
    } catch (IOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
    return Optional.of(file);
  }

  /** What a server that was killed has left may be half a pack. */
  private void tidy() throws IOException {
    if (!tidied) {
      FileTrees.delete(directory);
      Files.createDirectories(directory);
      tidied = true;
    }
  }

  private void prune() throws IOException {
    Iterator<Kept> oldest = kept.values().iterator();
    while (kept.size() > KEPT_MAX) {
      Optional<Path> file = oldest.next().file();
      oldest.remove();
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
      }
    }
  }

  private static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException(long most) {
      super("more than " + most + " bytes with all of it; nodes fetch it as git does");
    }
  }

  private static final class Limited extends FilterOutputStream {
    private final long most;
    private long written;

    Limited(OutputStream out, long most) {
      super(new BufferedOutputStream(out, 1 << 16));
      this.most = most;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      if (written > most) {
        throw new TooLargeException(most);
      }
      out.write(bytes, offset, length);
    }
  }
}
