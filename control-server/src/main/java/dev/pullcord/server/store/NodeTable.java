package dev.pullcord.server.store;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and their keys. A removed node stays as a row that only its key and its old deployments
 * point to, so that its id is never given again and its key is known as removed.
 */
public interface NodeTable {
  /** Adds a node; its name and its key must be free. */
  void insert(StoredNode node);

  /** A node that is not removed. */
  Optional<StoredNode> find(long id);

  /** A node that is not removed. */
  Optional<StoredNode> findByName(NodeName name);

  /** A node that is not removed. */
  Optional<StoredNode> findByKey(NodeKeyId key);

  /** All that are not removed, in order of name. */
  List<StoredNode> all();

  /** Whether some node is to run what that branch points to: by itself, or by its pin. */
  boolean anyOn(String branch);

  /** Keys of removed nodes that no node has now, each with who removed it and when. */
  Map<NodeKeyId, Removal> removedKeys();

  /** Keeps what these nodes are to run, by id. */
  void decide(Map<Long, DesiredState> decisions);

  /** Keeps which branch it follows. */
  void follow(long id, String ref);

  /** Keeps its labels. */
  void label(long id, Map<String, String> labels);

  /** Keeps what operators have asked of its workers. */
  void order(long id, Orders orders);

  /** Keeps that it is under maintenance, or that it is no more. */
  void suspend(long id, @Nullable Suspension suspension);

  /** Counts a retry, and keeps the revision that brings it to the node. */
  void retry(long id, long revision);

  /** Counts a start of its agent. Returns the new epoch, from 1. */
  long startEpoch(long id, String agentVersion, String bootId, Instant at);

  /** Keeps what is known of the contact with its agent. */
  void contact(long id, NodeContact contact);

  /** Makes sure that the epochs that follow are higher than this one. */
  void raiseEpoch(long id, long epoch);

  /** Keeps when it was last heard of and in which state it is. */
  void seen(long id, @Nullable Instant lastSeen, Standing standing);

  /** Removes it for good. */
  void remove(long id, Removal removal);

  /**
   * The end of a node.
   *
   * @param by who removed it; null where that was not kept yet
   * @param at when
   */
  record Removal(@Nullable String by, Instant at) {}

  /**
   * A state and when it began.
   *
   * @param state the state
   * @param since when it began
   */
  record Standing(NodeState state, Instant since) {}
}
