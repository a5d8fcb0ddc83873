package dev.pullcord.server.store;

/** The aggregates, within one transaction. */
public interface Tables {
  /** Nodes and their keys. */
  NodeTable nodes();

  /** Pins in force. */
  PinTable pins();

  /** Freezes in force. */
  FreezeTable freezes();

  /** Rollbacks in force. */
  RollbackTable rollbacks();

  /** The branches' heads as they were last compared. */
  RefTable refs();

  /** Deployments and their members. */
  DeploymentTable deployments();

  /** How far deployments are that do not reach every node at once. */
  RolloutTable rollouts();

  /** Commits that some nodes try before their branch moves. */
  GateTable gates();

  /** Runs of actions. */
  RunTable runs();

  /** What agents reported. */
  ReportTable reports();

  /** What was decided for nodes, and what they ran. */
  HistoryTable history();

  /** Secrets with which nodes may join. */
  JoinTokenTable joinTokens();

  /** Secrets with which people sign in. */
  ApiTokenTable apiTokens();

  /** Who is signed in with a browser. */
  SessionTable sessions();

  /** The upstream that is mirrored. */
  MirrorTable mirror();

  /** What receivers of alerts were told of. */
  AlertTable alerts();

  /** Messages on their way to receivers. */
  OutboxTable outbox();

  /** Who did what. */
  AuditTable audit();

  /** The git repository, in a store that keeps it. */
  RepositoryTable repository();

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
