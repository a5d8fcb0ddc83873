package dev.pullcord.agent.source;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.git.IsolatedGit;
import dev.pullcord.git.tree.ManifestReader;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.Manifest;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits out of a bare mirror that JGit alone touches.
 *
 * <p>Order of work: what is complete here needs no network; else everything that the remote shows
 * is fetched and the commit is looked for again. Owns a damaged mirror (replaced by a fresh one,
 * once per call). A heap that is full ends the process, by a flag of the launcher.
 */
public final class GitSource implements Source, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GitSource.class);
  private static final int PACKS_MAX = 10;

  /** There may be a thousand pushes between two rounds of housekeeping. */
  private static final int PACKS_MANY = 45;

  /** The agent is small, and so are the repositories of search files and code. */
  static final IsolatedGit.Memory MEMORY = new IsolatedGit.Memory(4 << 20, 8 << 20);

  private final ReentrantLock lock = new ReentrantLock();
  private final Mirror mirror;
  private final Fetcher fetcher;
  private final @Nullable Fetcher direct;
  private final LocalCommits here;
  private volatile boolean wanted;

  /**
   * @param directory {@code repo.git} of a state directory that this process has locked
   * @param aside where a damaged mirror is put; replaced the next time
   */
  public GitSource(Path directory, Path aside, GitRemote remote) throws IOException {
    this(directory, aside, remote, null);
  }

  /**
   * The same, beside a remote that is asked for each commit first. What it does not have comes from
   * the other.
   */
  public GitSource(Path directory, Path aside, GitRemote remote, @Nullable GitRemote direct)
      throws IOException {
    IsolatedGit.install(MEMORY);
    // By its id a commit is only given with the newer protocol.
    this.mirror =
        new Mirror(directory, aside, direct == null ? remote.protocol() : direct.protocol());
    this.fetcher = new Fetcher(remote, directory);
    this.direct = direct == null ? null : new Fetcher(direct, directory);
    this.here = new LocalCommits(mirror);
  }

  @Override
  public SourceResult obtain(CommitId commit) {
    wanted = true;
    lock.lock();
    try {
      return obtainLocked(commit);
    } catch (IOException e) {
      return SourceResult.Unavailable.of(fetcher.reason(e));
    } finally {
      wanted = false;
      lock.unlock();
    }
  }

  /**
   * Counts up as long as what {@link #obtain} waits for gets on, also where another thread fetches
   * and it has to wait for that; else it is still.
   */
  public long moves() {
    return wanted ? fetcher.moves() + (direct == null ? 0 : direct.moves()) : 0;
  }

  private SourceResult obtainLocked(CommitId commit) throws IOException {
    here.replaceIfSuspect();
    if (here.look(commit) instanceof LocalCommits.Here(SourceResult result)) {
      return logged(result, commit.abbreviated() + " is already here");
    }
    mergePacks();
    Optional<String> step = direct(commit).or(() -> step(commit));
    if (step.isPresent() && here.look(commit) instanceof LocalCommits.Here(SourceResult result)) {
      return logged(result, step.get());
    }
    String log = fetch();
    LocalCommits.Found local = here.look(commit);
    if (local instanceof LocalCommits.Damaged(String reason)) {
      here.replace(reason);
      log = fetch();
      local = here.look(commit);
    }
    return switch (local) {
      case LocalCommits.Here(SourceResult result) -> logged(result, log);
      case LocalCommits.Damaged(String reason) ->
          SourceResult.Unavailable.of("MIRROR_DAMAGED  " + reason);
      case LocalCommits.Absent _ ->
          SourceResult.Unavailable.of(
              "COMMIT_MISSING  "
                  + commit.abbreviated()
                  + " is not among what the remote shows; it may have moved on");
    };
  }

  private void mergePacks() {
    try {
      if (mirror.packs() > PACKS_MANY) {
        LOG.info("merged {} packs of the mirror into one", mirror.merge());
      }
    } catch (IOException e) {
      LOG.warn("the mirror's packs could not be merged, which only costs time", e);
    }
  }

  @Override
  public SourceResult look(String digits) {
    if (!lock.tryLock()) {
      return SourceResult.Unavailable.of(
          "MIRROR_BUSY  a fetch is under way; try again in a moment");
    }
    try {
      // Another reader than the passes', which knows what they read last and is quick by it.
      return new SnapshotReader(mirror.repository()).read(digits);
    } catch (IOException e) {
      return SourceResult.Unavailable.of("MIRROR_DAMAGED  " + FileFault.of(e));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Manifest manifest(CommitId commit) throws IOException {
    try (ObjectReader objects = mirror.repository().newObjectReader();
        RevWalk walk = new RevWalk(objects)) {
      ObjectId root = walk.parseCommit(ObjectId.fromString(commit.value())).getTree();
      return switch (ManifestReader.read(objects, commit, root)) {
        case ManifestResult.Valid(Manifest manifest) -> manifest;
        case ManifestResult.Invalid(List<ManifestProblem> problems) ->
            throw new IOException(problems.getFirst().text());
      };
    }
  }

  /** Whatever goes wrong with it, the other remote has the commit too. */
  private Optional<String> direct(CommitId commit) {
    if (direct == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(direct.commit(mirror.repository(), commit));
    } catch (IOException e) {
      LOG.warn("{}; {} comes from the server", direct.reason(e), commit.abbreviated());
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.warn("{}; {} comes from the server", e.toString(), commit.abbreviated());
      return Optional.empty();
    }
  }

  /** Whatever goes wrong with it, a fetch is tried next and says it better. */
  private Optional<String> step(CommitId commit) {
    try {
      return fetcher.step(mirror.repository(), commit);
    } catch (IOException e) {
      LOG.info("no pack for {}: {}", commit.abbreviated(), fetcher.reason(e));
      return Optional.empty();
    } catch (RuntimeException e) {
      LOG.info("no pack for {}: {}", commit.abbreviated(), e.toString());
      return Optional.empty();
    }
  }

  /** Blames the remote only where the mirror is sound: a damaged one is fetched anew. */
  private String fetch() throws IOException {
    try {
      return fetcher.fetch(mirror.repository());
    } catch (IOException e) {
      return fetchAgain(e);
    } catch (RuntimeException e) {
      return fetchAgain(e);
    }
  }

  private <E extends Exception> String fetchAgain(E first) throws IOException, E {
    if (mirror.sweep()) {
      try {
        return fetcher.fetch(mirror.repository());
      } catch (IOException | RuntimeException e) {
        LOG.info("fetching still fails: {}", FileFault.of(e));
      }
    }
    Optional<String> damage =
        LocalCommits.isDamage(first) || LocalCommits.isDamage(first.getCause())
            ? Optional.of(String.valueOf(first.getMessage()))
            : mirror.damage();
    if (damage.isEmpty()) {
      throw first;
    }
    here.replace(damage.get());
    return fetcher.fetch(mirror.repository());
  }

  private static SourceResult logged(SourceResult result, String log) {
    return switch (result) {
      case SourceResult.Obtained(Snapshot snapshot, String warnings) -> {
        warnings.lines().forEach(w -> LOG.warn("{}: {}", snapshot.commit().abbreviated(), w));
        yield new SourceResult.Obtained(snapshot, warnings.isEmpty() ? log : log + "\n" + warnings);
      }
      case SourceResult.Refused(String reason, String problems) ->
          new SourceResult.Refused(reason, log + "\n" + problems);
      case SourceResult.Unavailable unavailable -> unavailable;
    };
  }

  @Override
  public InputStream open(String objectId) throws IOException {
    return here.open(objectId);
  }

  /** Where the remote's branch is now. Asks the remote; brings nothing. */
  public BranchHead head(String branch) {
    return fetcher.head(mirror.repository(), branch);
  }

  /**
   * Connects, and reads what is run now, so that the first push is as fast as the others. Says what
   * went wrong; the next {@link #obtain} will find out again.
   */
  public void warmUp(@Nullable CommitId current) {
    lock.lock();
    try {
      if (current != null && !(here.look(current) instanceof LocalCommits.Here)) {
        LOG.info("{} is not here yet", current.abbreviated());
      } else if (current != null) {
        step(current); // from itself to itself: an empty pack, by the way of the first push
      }
      fetcher.knock(mirror.repository());
    } catch (IOException e) {
      LOG.info("{}", fetcher.reason(e));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Fetches what the remote shows unless this commit is here; for one that may be needed when the
   * remote is away.
   */
  public void prefetch(CommitId commit) {
    lock.lock();
    try {
      if (here.look(commit) instanceof LocalCommits.Absent) {
        LOG.info("{}, in advance", fetch());
      }
    } catch (IOException e) {
      LOG.info("{} could not be fetched in advance: {}", commit.abbreviated(), fetcher.reason(e));
    } finally {
      lock.unlock();
    }
  }

  /** Each fetch adds a pack; now and then they are made one. */
  public void housekeeping() {
    lock.lock();
    try {
      if (mirror.packs() > PACKS_MAX) {
        LOG.info("repacked the mirror: {}", mirror.repack());
      }
    } catch (IOException e) {
      LOG.warn("the mirror could not be repacked, which only costs space: {}", FileFault.of(e));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    mirror.close();
  }
}
