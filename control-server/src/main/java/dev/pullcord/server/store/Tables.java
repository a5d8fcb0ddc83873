package dev.pullcord.server.store;

/** The aggregates, within one transaction. */
public interface Tables {
  /** Nodes and their keys. */
  Nodes nodes();

  /** Pins in force. */
  Pins pins();

  /** The branches' heads as they were last compared. */
  Refs refs();

  /** Deployments and their members. */
  Deployments deployments();

  /** What agents reported. */
  Reports reports();

  /** Secrets with which nodes may join. */
  JoinTokens joinTokens();

  /** Secrets with which people sign in. */
  ApiTokens apiTokens();

  /** Who did what. */
  Audit audit();

  /** The counter of desired state. */
  Revisions revisions();

  /** Writes something that nobody reads, to see that writing works. */
  void touch();

  /**
   * Runs the action when this transaction is on disk and before it is acknowledged, in the order of
   * the commits, on the writer's thread: it must not block, and it is not run if the task fails.
   */
  void afterCommit(Runnable action);
}
