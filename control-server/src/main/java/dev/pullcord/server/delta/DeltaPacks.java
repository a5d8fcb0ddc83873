package dev.pullcord.server.delta;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.repository.PackSettings;
import dev.pullcord.server.githost.repository.RepositoryStore;
import dev.pullcord.server.store.DiskTrouble;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.eclipse.jgit.internal.storage.pack.PackWriter;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Thin packs, by the commit that is there and the one that is wanted. A fleet makes the same step
 * at the same moment: whoever asks first waits until the pack is made, the others wait with it.
 *
 * <p>Owns: packs that are too large to keep in memory, commits that are not here, and objects that
 * cannot be read now (all are answered by nothing, and the node fetches as git does). What cannot
 * be read is tried again after a while.
 */
final class DeltaPacks {
  private static final int PACK_MAX_BYTES = 8 << 20;
  private static final int KEPT_MAX_BYTES = 32 << 20;
  private static final int KEPT_OVERHEAD_BYTES = 256;
  private static final int KNOWN_MAX = 1_000;
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(30);
  private static final byte[] NONE = new byte[0];
  private static final Logger LOG = LoggerFactory.getLogger(DeltaPacks.class);

  private final RepositoryStore store;
  private final Cache<Step, byte[]> packs =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_MAX_BYTES)
          .weigher((Step _, byte[] pack) -> pack.length + KEPT_OVERHEAD_BYTES)
          .executor(Runnable::run)
          .build();

  /** A fleet asks the same of the same two commits, and what they answer never changes. */
  private final Cache<Step, Boolean> contained =
      Caffeine.newBuilder().maximumSize(KNOWN_MAX).executor(Runnable::run).build();

  /** A fleet that asks all at once does not have the same thing fail for each node. */
  private final Cache<Step, Boolean> failed;

  private final Semaphore ahead = new Semaphore(1);

  DeltaPacks(RepositoryStore store) {
    this(store, Ticker.systemTicker());
  }

  DeltaPacks(RepositoryStore store, Ticker ticker) {
    this.store = store;
    this.failed =
        Caffeine.newBuilder()
            .maximumSize(KNOWN_MAX)
            .expireAfterWrite(AGAIN_AFTER)
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  private record Step(CommitId have, CommitId want) {}

  /** The pack with which {@code want} is complete wherever {@code have} is. */
  Optional<byte[]> pack(CommitId have, CommitId want) {
    Step step = new Step(have, want);
    try {
      byte[] pack = packs.get(step, this::make);
      return pack.length == 0 ? Optional.empty() : Optional.of(pack);
    } catch (UncheckedIOException e) {
      if (failed.asMap().putIfAbsent(step, Boolean.TRUE) == null) {
        DiskTrouble.log(LOG, "no pack from " + have + " to " + want, e);
      }
      return Optional.empty();
    }
  }

  /** The same if it is made; else it is being made now, and this returns at once. */
  Optional<byte[]> made(CommitId have, CommitId want) {
    byte[] pack = packs.getIfPresent(new Step(have, want));
    if (pack == null) {
      expect(have, want);
    }
    return Optional.ofNullable(pack).filter(p -> p.length > 0);
  }

  /** Whether a commit is here and is this one or one of those before it. */
  boolean contains(CommitId tip, CommitId commit) {
    Step step = new Step(commit, tip);
    Boolean known = tip.equals(commit) ? Boolean.TRUE : contained.getIfPresent(step);
    if (known != null) {
      return known;
    }
    Optional<RevCommit> found = store.commit(commit); // one that is not here may still come
    return found.isPresent() && contained.get(step, _ -> isBefore(tip, found.get()));
  }

  private boolean isBefore(CommitId tip, RevCommit commit) {
    try (RevWalk walk = new RevWalk(store.repository())) {
      return walk.isMergedInto(walk.parseCommit(commit), walk.parseCommit(id(tip)));
    } catch (IOException e) {
      DiskTrouble.log(LOG, "cannot see whether " + tip + " contains " + commit.name(), e);
      return false;
    }
  }

  /** Makes it in the background, unless one is being made there already. */
  void expect(CommitId have, CommitId want) {
    if (!ahead.tryAcquire()) {
      return;
    }
    LastingThreads.start(
        "delta",
        () -> {
          try {
            pack(have, want);
          } catch (RuntimeException e) {
            DiskTrouble.log(LOG, "no pack from " + have + " to " + want + " ahead of time", e);
          } finally {
            ahead.release();
          }
        });
  }

  private byte[] make(Step step) {
    if (failed.getIfPresent(step) != null) {
      throw new UncheckedIOException(new IOException("it could not be made a moment ago"));
    }
    if (store.commit(step.have()).isEmpty()) {
      return NONE; // else all of the history would be packed
    }
    Repository repository = store.repository();
    Limited out = new Limited();
    try (PackWriter writer =
        new PackWriter(PackSettings.forAgents(repository, true), repository.newObjectReader())) {
      writer.setThin(true);
      writer.setDeltaBaseAsOffset(true);
      writer.setUseBitmaps(false);
      writer.preparePack(
          NullProgressMonitor.INSTANCE, Set.of(id(step.want())), Set.of(id(step.have())));
      writer.writePack(NullProgressMonitor.INSTANCE, NullProgressMonitor.INSTANCE, out);
      return out.toByteArray();
    } catch (TooLargeException e) {
      LOG.info(
          "{} to {}: {}", step.have().abbreviated(), step.want().abbreviated(), e.getMessage());
      return NONE;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectId id(CommitId commit) {
    return RepositoryStore.objectId(commit);
  }

  private static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("more than " + (PACK_MAX_BYTES >> 20) + " MiB; nodes fetch it as git does");
    }
  }

  /** Memory with an end. */
  private static final class Limited extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(8 << 10);

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int offset, int length) throws IOException {
      if (bytes.size() + length > PACK_MAX_BYTES) {
        throw new TooLargeException();
      }
      bytes.write(b, offset, length);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
