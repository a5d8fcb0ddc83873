package dev.pullcord.server.githost.repository;

import dev.pullcord.git.tree.ManifestReader;
import dev.pullcord.git.tree.ReleaseContent;
import dev.pullcord.git.tree.ReleaseReader;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.ManifestProblem;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.host.DiskRoom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * The one bare repository that this server hosts, and what deciding needs to know of it. Safe for
 * use by several threads.
 */
public final class RepositoryStore implements CommitSource, AutoCloseable {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?");
  private static final String SUFFIX = ".git";
  private static final int SUBJECT_MAX = 500;
  private static final int AUTHOR_MAX = 200;

  private final String name;
  private final FileRepository repository;
  private final ReleaseReader releases;
  private final RepositoryTruth truth;
  private final Upkeep upkeep;
  private final RefLogs logs;

  private RepositoryStore(String name, FileRepository repository, RepositoryTruth truth) {
    this.name = name;
    this.repository = repository;
    this.releases = new ReleaseReader(repository);
    this.truth = truth;
    this.upkeep = new Upkeep(repository, truth);
    this.logs = new RefLogs(repository);
  }

  /**
   * Makes an empty bare repository whose HEAD is on {@code main}, or completes one whose making was
   * cut short.
   *
   * @param directory the folder of repositories
   * @param name {@code fleet} for {@code fleet.git}
   */
  public static RepositoryStore create(Path directory, String name) throws IOException {
    if (!NAME.matcher(name).matches() || name.contains("..") || name.endsWith(SUFFIX)) {
      throw new IllegalArgumentException(
          "repository name \"" + name + "\": 1 to 63 of a-z 0-9 . _ - expected, without .git");
    }
    return new RepositoryStore(
        name, RepositoryFiles.make(directory.resolve(name + SUFFIX)), RepositoryTruth.DISK);
  }

  /**
   * To be told of each push that has ended: what it brought may have to be tidied. Returns at once.
   */
  public void pushed() {
    upkeep.afterPush();
  }

  /**
   * To be held by a push, in one thread, from the moment at which it looks for objects until its
   * refs have moved: nothing is removed meanwhile.
   */
  public Upkeep.Push pushing() {
    return upkeep.push();
  }

  /**
   * Removes in the background what nothing has led to for an hour. To be called now and then.
   *
   * @param needed commits that have to stay though no ref may lead to them
   */
  public void removeUnreachable(Instant now, Supplier<Collection<CommitId>> needed) {
    upkeep.look(now, needed);
  }

  /** Opens the repository of a server's state directory; there is exactly one. It is tidied. */
  public static RepositoryStore open(Path directory) throws IOException {
    RepositoryStore store = open(directory, _ -> RepositoryTruth.DISK);
    store.pushed();
    return store;
  }

  /** The same, not tidied, with what has it besides the disk. */
  public static RepositoryStore open(Path directory, RepositoryTruth.Maker truth)
      throws IOException {
    List<Path> found;
    try (Stream<Path> entries = Files.list(directory)) {
      found = entries.filter(p -> p.getFileName().toString().endsWith(SUFFIX)).sorted().toList();
    }
    if (found.size() != 1) {
      throw new IOException(
          directory + " holds " + found.size() + " repositories; exactly one expected");
    }
    String fileName = found.getFirst().getFileName().toString();
    FileRepository repository = RepositoryFiles.open(found.getFirst());
    return new RepositoryStore(
        fileName.substring(0, fileName.length() - SUFFIX.length()),
        repository,
        truth.repository(repository));
  }

  /** The repository's name, as in {@code /git/<name>.git}. */
  public String name() {
    return name;
  }

  /** What is behind it, for the rooms that speak JGit. */
  public Repository repository() {
    return repository;
  }

  /** What has it besides the disk. */
  public RepositoryTruth truth() {
    return truth;
  }

  @Override
  public Map<String, CommitId> heads() {
    Map<String, CommitId> heads = new TreeMap<>();
    for (Ref ref : refs(Constants.R_HEADS)) {
      ObjectId id = ref.getObjectId();
      if (id != null) {
        heads.put(ref.getName().substring(Constants.R_HEADS.length()), commitId(id));
      }
    }
    return heads;
  }

  /** The refs that begin so. */
  public List<Ref> refs(String prefix) {
    try {
      return repository.getRefDatabase().getRefsByPrefix(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the refs of " + name, e);
    }
  }

  @Override
  public String defaultBranch() {
    try {
      Ref head = repository.exactRef(Constants.HEAD);
      if (head == null || !head.isSymbolic()) {
        throw new IOException("HEAD of " + name + " names no branch");
      }
      return Repository.shortenRefName(head.getTarget().getName());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read HEAD of " + name, e);
    }
  }

  @Override
  public Resolution resolve(String ref) {
    return new RefResolver(this).resolve(ref);
  }

  @Override
  public boolean leadsTo(String branch, CommitId commit) {
    CommitId head = heads().get(branch);
    return head != null && new RefResolver(this).isContained(commit, head);
  }

  /** Whether the history of some branch or tag has that commit, which is here. */
  public boolean leadsTo(CommitId commit) {
    return new RefResolver(this).isContained(objectId(commit));
  }

  @Override
  public Optional<CommitInfo> info(CommitId commit) {
    return commit(commit).map(c -> new CommitInfo(subject(c), author(c)));
  }

  /** The first line of the message, for people; git allows any length. */
  public static String subject(RevCommit commit) {
    return cut(commit.getShortMessage(), SUBJECT_MAX);
  }

  /** The author's name, for people. */
  public static String author(RevCommit commit) {
    return cut(CommitAuthor.name(commit), AUTHOR_MAX);
  }

  private static String cut(String text, int max) {
    return text.length() <= max
        ? text
        : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, max - 1))) + "…";
  }

  /** A commit, its body read; nothing when it is not here, or is another kind of object. */
  public Optional<RevCommit> commit(CommitId commit) {
    try (RevWalk walk = new RevWalk(repository)) {
      RevCommit parsed = walk.parseCommit(objectId(commit));
      walk.parseBody(parsed);
      return Optional.of(parsed);
    } catch (MissingObjectException | IncorrectObjectTypeException | LargeObjectException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read commit " + commit, e);
    }
  }

  @Override
  public ManifestResult manifest(CommitId commit) {
    Optional<RevCommit> found = commit(commit);
    if (found.isEmpty()) {
      return invalid("commit " + commit.abbreviated() + " is not in this repository");
    }
    try (ObjectReader reader = repository.newObjectReader()) {
      return ManifestReader.read(reader, commit, found.get().getTree());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the manifest of " + commit, e);
    }
  }

  /** What nodes would make of a commit that is here: the agent asks the same reader. */
  public ReleaseContent content(CommitId commit) throws IOException {
    return releases.read(commit);
  }

  @Override
  public List<String> problems(CommitId commit) {
    if (commit(commit).isEmpty()) {
      return List.of(
          "OBJECT_INVALID  " + commit.abbreviated() + "  this is no commit of this repository");
    }
    try {
      return content(commit) instanceof ReleaseContent.Undeployable wrong
          ? wrong.lines()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the tree of " + commit, e);
    }
  }

  private static ManifestResult invalid(String message) {
    return new ManifestResult.Invalid(
        List.of(new ManifestProblem("MANIFEST_MISSING", 0, 0, "", message)));
  }

  @Override
  public String pushedBy(String branch, CommitId commit) {
    return logs.mover(branch, commit).orElse("unknown");
  }

  /** A commit in our words. */
  public static CommitId commitId(ObjectId id) {
    return new CommitId(id.name());
  }

  /** The same commit in JGit's words. */
  public static ObjectId objectId(CommitId commit) {
    return ObjectId.fromString(commit.value());
  }

  /** Fails as the system would where there is no room for a push. */
  public void requireRoom() throws IOException {
    DiskRoom.require(repository.getDirectory().toPath());
  }

  @Override
  public void close() {
    repository.close();
  }
}
