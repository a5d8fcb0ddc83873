package dev.pullcord.server.desired;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.manifest.read.ManifestResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers what deciding needs to know of the repository; the git host does. */
public interface CommitSource {
  /** The branches' heads by short name, {@code main}. */
  Map<String, CommitId> heads();

  /** The branch that HEAD names, whether or not it has a commit. */
  String defaultBranch();

  /**
   * What a pin or a person means: a branch, a tag, or a commit of at least seven digits that some
   * branch or tag contains.
   */
  Resolution resolve(String ref);

  /** Whether the branch leads to this commit. */
  boolean leadsTo(String branch, CommitId commit);

  /** Who wrote a commit and what its message begins with. */
  Optional<CommitInfo> info(CommitId commit);

  /** The commit's manifest, read and checked. */
  ManifestResult manifest(CommitId commit);

  /**
   * Why no node could run this commit, whatever its labels: lines that begin with a code, in the
   * words that a node would have for it. Empty when a node can.
   */
  List<String> problems(CommitId commit);

  /** Who moved the branch to this commit, from the reflog; {@code "unknown"} if it does not say. */
  String pushedBy(String branch, CommitId commit);

  /**
   * A commit for reading.
   *
   * @param subject the first line of its message
   * @param author the author's name
   */
  record CommitInfo(String subject, String author) {}

  /** What a name stands for. */
  sealed interface Resolution {
    /**
     * A branch, which moves.
     *
     * @param name short
     * @param commit its head
     */
    record Branch(String name, CommitId commit) implements Resolution {}

    /**
     * A tag or a commit, which does not.
     *
     * @param commit the commit
     */
    record Fixed(CommitId commit) implements Resolution {}

    /**
     * Nothing, or more than one thing.
     *
     * @param code {@code REF_MISSING} or {@code REF_AMBIGUOUS}
     * @param detail with what there is
     */
    record None(String code, String detail) implements Resolution {}
  }
}
