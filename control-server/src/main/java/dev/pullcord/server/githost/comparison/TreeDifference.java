package dev.pullcord.server.githost.comparison;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.githost.repository.RepositoryStore;
import java.io.IOException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;

/**
 * Goes through what differs between two commits' whole trees, and counts what it looks at: ten tiny
 * trees that name each other have more paths than anybody can wait for.
 */
final class TreeDifference {
  private final Repository repository;

  TreeDifference(Repository repository) {
    this.repository = repository;
  }

  /** Told of each file that differs. */
  @FunctionalInterface
  interface Visitor {
    /**
     * One file, link or submodule.
     *
     * @param how {@code added}, {@code removed} or {@code changed}
     * @return whether to go on
     */
    boolean file(String path, String how);
  }

  /**
   * Walks.
   *
   * @param before null for nothing
   * @param entriesMax that are looked at, directories among them
   * @return whether everything was seen, as far as the visitor wanted it
   */
  boolean walk(@Nullable CommitId before, CommitId now, int entriesMax, Visitor visitor)
      throws IOException {
    try (RevWalk commits = new RevWalk(repository);
        TreeWalk walk = new TreeWalk(repository, commits.getObjectReader())) {
      if (before == null) {
        walk.addTree(new EmptyTreeIterator());
      } else {
        walk.addTree(commits.parseCommit(RepositoryStore.objectId(before)).getTree());
      }
      walk.addTree(commits.parseCommit(RepositoryStore.objectId(now)).getTree());
      walk.setFilter(TreeFilter.ANY_DIFF);
      for (int entries = 0; walk.next(); entries++) {
        if (entries == entriesMax) {
          return false;
        }
        if (walk.isSubtree()) {
          walk.enterSubtree();
        } else if (!visitor.file(walk.getPathString(), how(walk))) {
          return true;
        }
      }
      return true;
    }
  }

  private static String how(TreeWalk walk) {
    if (ObjectId.zeroId().equals(walk.getObjectId(0))) {
      return "added";
    }
    return ObjectId.zeroId().equals(walk.getObjectId(1)) ? "removed" : "changed";
  }
}
