package dev.pullcord.server.githost.repository;

import dev.pullcord.base.host.LastingThreads;
import dev.pullcord.git.pack.PackMerge;
import dev.pullcord.git.pack.UnreachableObjects;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.DiskTrouble;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the repository small while it is used: merges packs, removes what nothing leads to, and
 * cuts reflogs. One of these at a time, in the background.
 */
public final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** Longer than any fetch. */
  private static final Duration GRACE = Duration.ofHours(1);

  private static final int ALONE_SECONDS = 2;

  private final FileRepository repository;
  private final Semaphore working = new Semaphore(1);
  private final ReadWriteLock pushes = new ReentrantReadWriteLock();
  private final UnreachableObjects unreachable;
  private final RefLogs logs;
  private final RepositoryTruth truth;
  private volatile Supplier<Collection<CommitId>> needed = List::of;
  private List<Object> lookedAt = List.of();

  Upkeep(FileRepository repository, RepositoryTruth truth) {
    this.repository = repository;
    this.truth = truth;
    this.logs = new RefLogs(repository);
    this.unreachable = new UnreachableObjects(repository, this::roots, this::alone, GRACE);
  }

  /** A push from its objects to its refs; what it builds on stays meanwhile. */
  @FunctionalInterface
  public interface Push extends AutoCloseable {
    @Override
    void close();
  }

  /** To be closed by the same thread. */
  Push push() {
    pushes.readLock().lock();
    return pushes.readLock()::unlock;
  }

  /** Each push brings a pack and a line of a reflog: merges and cuts when there are many. */
  void afterPush() {
    PackMerge merge = new PackMerge(repository);
    if (merge.packs() > PackMerge.PACKS_MAX || logs.areLong()) {
      inBackground(() -> merge(merge));
    }
  }

  private void merge(PackMerge merge) throws IOException {
    int packs = merge.run();
    if (packs > 0) {
      LOG.info("merged {} packs into one; {} there now", packs, merge.packs());
    }
    if (logs.areLong()) {
      alone(logs::cut);
    }
  }

  /**
   * Removes what nothing leads to and what two looks, an hour apart, have found so.
   *
   * @param commits that are needed besides what the refs lead to
   */
  void look(Instant now, Supplier<Collection<CommitId>> commits) {
    needed = commits;
    inBackground(() -> look(now));
  }

  private void look(Instant now) throws IOException {
    List<Object> state = state();
    if (state.equals(lookedAt)) {
      return; // all that there is was needed the last time, and nothing has changed
    }
    UnreachableObjects.Sweep look = unreachable.run(now);
    lookedAt = look.found() == 0 ? state : List.of();
    if (look.packs() + look.loose() > 0) {
      LOG.info(
          "removed what nothing leads to: {} packs deleted or written anew, {} loose objects",
          look.packs(),
          look.loose());
    }
  }

  /** A look costs a walk through the whole repository. */
  private List<Object> state() throws IOException {
    List<Object> state = new ArrayList<>();
    repository.getObjectDatabase().getPacks().forEach(pack -> state.add(pack.getPackName()));
    state.addAll(roots());
    return state;
  }

  private Collection<ObjectId> roots() throws IOException {
    List<ObjectId> roots = new ArrayList<>();
    for (Ref ref : repository.getRefDatabase().getRefs()) {
      if (ref.getObjectId() != null) {
        roots.add(ref.getObjectId());
      }
    }
    needed.get().forEach(commit -> roots.add(RepositoryStore.objectId(commit)));
    return roots;
  }

  private boolean alone(UnreachableObjects.Work work) throws IOException {
    try {
      if (!pushes.writeLock().tryLock(ALONE_SECONDS, TimeUnit.SECONDS)) {
        return false; // the next look tries again
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
    try {
      work.run();
      return true;
    } finally {
      pushes.writeLock().unlock();
    }
  }

  private void inBackground(UnreachableObjects.Work work) {
    if (!working.tryAcquire()) {
      return; // the one that is under way is enough
    }
    LastingThreads.start(
        "upkeep",
        () -> {
          try {
            Set<String> before = PackNames.of(repository);
            work.run();
            Set<String> after = PackNames.of(repository);
            if (!after.equals(before)) {
              before.removeAll(after);
              truth.repacked(before);
            }
          } catch (IOException | RuntimeException e) {
            // Costs space and some time, and is tried again.
            DiskTrouble.log(LOG, "the upkeep of " + repository.getDirectory() + " failed", e);
          } finally {
            working.release();
          }
        });
  }
}
