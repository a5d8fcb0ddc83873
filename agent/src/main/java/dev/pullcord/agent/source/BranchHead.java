package dev.pullcord.agent.source;

import dev.pullcord.protocol.id.CommitId;

/** The answer of a remote that was asked where a branch is. */
public sealed interface BranchHead {
  /**
   * It is there.
   *
   * @param commit its head
   */
  record At(CommitId commit) implements BranchHead {}

  /**
   * The remote answered, and has no such branch.
   *
   * @param reason with the branches that it has
   */
  record Missing(String reason) implements BranchHead {}

  /**
   * The remote did not answer.
   *
   * @param reason one line
   */
  record Unreachable(String reason) implements BranchHead {}
}
