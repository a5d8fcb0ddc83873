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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes and their keys. A removed node stays as a row that only its key and its old deployments
 * point to, so that its id is never given again and its key is known as removed.
 */
public interface NodeTable {
  /** Adds a node; its name and its key must be free. */
  void insert(Row node);

  /** A node that is not removed. */
  Optional<Row> find(long id);

  /** A node that is not removed. */
  Optional<Row> findByName(NodeName name);

  /** A node that is not removed. */
  Optional<Row> findByKey(NodeKeyId key);

  /** All that are not removed, in order of name. */
  List<Row> all();

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
   * A node.
   *
   * @param id random, never used again
   * @param name unique among those that are not removed
   * @param key unique likewise
   * @param labels given at invitation and by operators
   * @param ref the branch it follows
   * @param joinToken the id of the token it joined with
   * @param enrolledAt when
   * @param retry how often an operator said retry
   * @param retryRevision the revision that carries the last retry; 0 before
   * @param epoch how often its agent started
   * @param agentVersion null before it started
   * @param lastSeen null before it was heard of
   * @param standing null before one was kept
   * @param decision what it is to run; null only within the transaction that enrols it
   * @param orders what operators have asked of its workers
   * @param contact with its agent
   */
  record Row(
      long id,
      NodeName name,
      NodeKeyId key,
      Map<String, String> labels,
      String ref,
      String joinToken,
      Instant enrolledAt,
      long retry,
      long retryRevision,
      long epoch,
      @Nullable String agentVersion,
      @Nullable Instant lastSeen,
      @Nullable Standing standing,
      @Nullable DesiredState decision,
      Orders orders,
      NodeContact contact) {
    /** Copies. */
    public Row {
      labels = java.util.Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    /** The same node with another decision. */
    public Row withDecision(DesiredState newer) {
      return new Row(
          id,
          name,
          key,
          labels,
          ref,
          joinToken,
          enrolledAt,
          retry,
          retryRevision,
          epoch,
          agentVersion,
          lastSeen,
          standing,
          newer,
          orders,
          contact);
    }

    /** The same node with another contact. */
    public Row withContact(NodeContact now) {
      return new Row(
          id,
          name,
          key,
          labels,
          ref,
          joinToken,
          enrolledAt,
          retry,
          retryRevision,
          epoch,
          agentVersion,
          lastSeen,
          standing,
          decision,
          orders,
          now);
    }

    /** A node that has just joined. */
    public static Row joined(
        long id,
        NodeName name,
        NodeKeyId key,
        Map<String, String> labels,
        String ref,
        String joinToken,
        Instant at) {
      return new Row(
          id,
          name,
          key,
          labels,
          ref,
          joinToken,
          at,
          0,
          0,
          0,
          null,
          null,
          null,
          null,
          Orders.NONE,
          NodeContact.NONE);
    }
  }

  /**
   * A state and when it began.
   *
   * @param state the state
   * @param since when it began
   */
  record Standing(NodeState state, Instant since) {}
}
