package dev.pullcord.agent.source;

import dev.pullcord.base.disk.FileFault;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.PackParser;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.TrackingRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.jspecify.annotations.Nullable;

/** Talks to the remote. Owns what a remote can do wrong, and says it in plain words. */
final class Fetcher {
  private static final String TARGET = "refs/server/pullcord/target";

  private final GitRemote remote;
  private final Path mirror;
  private final Steps steps = new Steps();

  /**
   * From that remote.
   *
   * @param mirror where it is fetched to; a disk that fails is named by it
   */
  Fetcher(GitRemote remote, Path mirror) {
    this.remote = remote;
    this.mirror = mirror;
  }

  /** Counts up as long as something comes, or something is done with what came. */
  long moves() {
    return remote.link().arrived() + steps.done.sum();
  }

  /** Mirrors the remote's refs; the text says what came. */
  String fetch(Repository repository) throws IOException {
    long begun = System.nanoTime();
    try (Transport transport = open(repository)) {
      FetchResult result = transport.fetch(steps, List.of(remote.refs()));
      for (TrackingRefUpdate update : result.getTrackingRefUpdates()) {
        check(update.getResult(), update.getLocalName());
      }
      long millis = (System.nanoTime() - begun) / 1_000_000;
      return "fetched from " + remote.url() + " in " + millis + " ms";
    }
  }

  /**
   * One pack instead of a fetch, where the remote has one for this step. A mirror that has never
   * been fetched to takes all of the commit in one.
   *
   * @return what came, or nothing: then {@link #fetch} is to be used
   */
  Optional<String> step(Repository repository, CommitId want) throws IOException {
    long begun = System.nanoTime();
    Ref target = repository.exactRef(TARGET);
    ObjectId have = target == null ? null : target.getObjectId();
    if (have != null && !repository.getObjectDatabase().has(have)) {
      return Optional.empty(); // damaged: git's own protocol brings what is missing
    }
    CommitId from = have == null ? null : new CommitId(have.name());
    Optional<InputStream> pack = remote.deltas().pack(from, want);
    if (pack.isEmpty()) {
      return Optional.empty();
    }
    long bytes = keep(repository, pack.get());
    ObjectId wanted = ObjectId.fromString(want.value());
    if (!repository.getObjectDatabase().has(wanted)) {
      throw new TransportException("the pack for it does not hold it");
    }
    RefUpdate update = repository.updateRef(TARGET);
    update.setNewObjectId(wanted);
    update.disableRefLog();
    check(update.forceUpdate(), TARGET);
    long millis = (System.nanoTime() - begun) / 1_000_000;
    return Optional.of("fetched %d bytes from %s in %d ms".formatted(bytes, remote.url(), millis));
  }

  /** Fetches one commit by its id, which most hosts allow for what a branch of theirs contains. */
  String commit(Repository repository, CommitId want) throws IOException {
    long begun = System.nanoTime();
    try (Transport transport = open(repository)) {
      transport.setRemoveDeletedRefs(false);
      FetchResult result =
          transport.fetch(steps, List.of(new RefSpec("+" + want.value() + ":" + TARGET)));
      for (TrackingRefUpdate update : result.getTrackingRefUpdates()) {
        check(update.getResult(), update.getLocalName());
      }
    }
    long millis = (System.nanoTime() - begun) / 1_000_000;
    return "fetched from " + remote.url() + " in " + millis + " ms";
  }

  private long keep(Repository repository, InputStream pack) throws IOException {
    try (pack;
        ObjectInserter inserter = repository.newObjectInserter()) {
      PackParser parser = inserter.newPackParser(pack);
      parser.setAllowThin(true);
      parser.setObjectChecker(null);
      parser.parse(steps);
      inserter.flush();
      return parser.getPackSize();
    }
  }

  /** Opens the connection and closes it, so that the first fetch finds all of it warm. */
  void knock(Repository repository) throws IOException {
    try (Transport transport = open(repository);
        FetchConnection connection = transport.openFetch()) {
      connection.getRefs();
    }
  }

  /** Where a branch is now; without a repository too. */
  BranchHead head(@Nullable Repository repository, String branch) {
    String name = Constants.R_HEADS + branch;
    try (Transport transport = open(repository);
        FetchConnection connection = transport.openFetch(List.of(remote.refs()))) {
      Ref ref = connection.getRef(name);
      if (ref != null && ref.getObjectId() != null) {
        return new BranchHead.At(new CommitId(ref.getObjectId().name()));
      }
    } catch (IOException e) {
      return new BranchHead.Unreachable(reason(e));
    }
    return missing(repository, branch);
  }

  private BranchHead missing(@Nullable Repository repository, String branch) {
    try (Transport transport = open(repository);
        FetchConnection connection = transport.openFetch()) {
      String others =
          connection.getRefs().stream()
              .map(Ref::getName)
              .filter(n -> n.startsWith(Constants.R_HEADS))
              .map(Repository::shortenRefName)
              .sorted()
              .limit(20)
              .collect(Collectors.joining(", "));
      return new BranchHead.Missing(
          others.isEmpty()
              ? "REPO_EMPTY  " + remote.url() + " has no branch yet; push one"
              : "REF_MISSING  no branch " + branch + " at " + remote.url() + "; it has: " + others);
    } catch (IOException e) {
      return new BranchHead.Unreachable(reason(e));
    }
  }

  /** What ended an operation on the remote, in one line. */
  String reason(IOException e) {
    Optional<IOException> disk = FileFault.within(e);
    if (disk.isPresent()) {
      return FileFault.of(disk.get(), mirror); // the remote has nothing to do with it
    }
    return remote.link().reason(e);
  }

  private static void check(RefUpdate.Result result, String ref) throws IOException {
    switch (result) {
      case NEW, FAST_FORWARD, FORCED, NO_CHANGE -> {}
      default ->
          // JGit reports these only here, without an exception.
          throw new TransportException(
              "the mirror's ref " + ref + " could not be moved: " + result);
    }
  }

  private Transport open(@Nullable Repository repository) throws IOException {
    Transport transport = remote.link().open(repository);
    transport.setTagOpt(TagOpt.NO_TAGS);
    transport.setRemoveDeletedRefs(true);
    return transport;
  }

  /** What JGit does with objects; a large one is a single step, of which the bytes tell. */
  private static final class Steps extends EmptyProgressMonitor {
    private final LongAdder done = new LongAdder();

    @Override
    public void update(int completed) {
      done.add(completed);
    }
  }
}
