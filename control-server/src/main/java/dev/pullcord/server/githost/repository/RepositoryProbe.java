package dev.pullcord.server.githost.repository;

import dev.pullcord.git.IsolatedGit;
import dev.pullcord.protocol.id.CommitId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;

/** A cheap look at a repository that may be in use: do its branches lead to something. */
public final class RepositoryProbe {
  private RepositoryProbe() {}

  /**
   * What was seen.
   *
   * @param path the repository; the folder where there is not exactly one
   * @param refs how many branches and tags there are
   * @param problems a sentence each; empty where nothing is wrong
   * @param left names of commits that only this disk has ({@link LeftRefs})
   */
  public record Result(Path path, int refs, List<String> problems, List<String> left) {
    /** Copies. */
    public Result {
      problems = List.copyOf(problems);
      left = List.copyOf(left);
    }
  }

  /**
   * Looks.
   *
   * @param folder of repositories, which holds one
   * @param needed commits that have to be there as well
   */
  public static Result look(Path folder, Collection<CommitId> needed) throws IOException {
    List<Path> found;
    try (Stream<Path> entries = Files.list(folder)) {
      found = entries.filter(p -> p.getFileName().toString().endsWith(".git")).sorted().toList();
    }
    if (found.size() != 1) {
      return new Result(
          folder,
          0,
          List.of(folder + " holds " + found.size() + " repositories; exactly one expected"),
          List.of());
    }
    IsolatedGit.install(RepositoryFiles.MEMORY);
    List<String> problems = new ArrayList<>();
    try (FileRepository repository = new FileRepository(found.getFirst().toFile());
        RevWalk walk = new RevWalk(repository)) {
      Ref head = repository.exactRef(Constants.HEAD);
      if (head == null || !head.isSymbolic()) {
        problems.add("HEAD names no branch");
      }
      List<Ref> refs = repository.getRefDatabase().getRefsByPrefix("refs/");
      for (Ref ref : refs) {
        if (ref.getObjectId() != null && !isWhole(walk, ref.getObjectId())) {
          problems.add(ref.getName() + " leads to " + ref.getObjectId().name() + ", which is gone");
        }
      }
      for (CommitId commit : needed) {
        if (!isWhole(walk, RepositoryStore.objectId(commit))) {
          problems.add("the store names " + commit + ", which is gone");
        }
      }
      return new Result(found.getFirst(), refs.size(), problems, LeftRefs.of(repository));
    }
  }

  /** The object is there, and of a commit its tree as well. */
  private static boolean isWhole(RevWalk walk, ObjectId id) throws IOException {
    try {
      RevObject object = walk.peel(walk.parseAny(id));
      if (object instanceof RevCommit commit) {
        walk.parseTree(commit);
      }
      return true;
    } catch (MissingObjectException _) {
      return false;
    }
  }
}
