package dev.pullcord.server.store;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node as the store has it.
 *
 * @param id random, never used again
 * @param name unique among those that are not removed
 * @param key unique likewise
 * @param joined how it came
 * @param settings what people have set for it
 * @param decision what it is to run; null only within the transaction that enrols it
 * @param agent what is known of its agent
 * @param standing its state; null before one was kept
 */
public record StoredNode(
    long id,
    NodeName name,
    NodeKeyId key,
    Joined joined,
    Settings settings,
    @Nullable DesiredState decision,
    Agent agent,
    NodeTable.@Nullable Standing standing) {
  /**
   * How a node came.
   *
   * @param token the id of the token it joined with
   * @param at when
   */
  public record Joined(String token, Instant at) {}

  /**
   * What people have set for a node.
   *
   * @param labels given at invitation and by operators
   * @param ref the branch it follows
   * @param retry how often an operator said retry
   * @param retryRevision the revision that carries the last retry; 0 before
   * @param orders what operators have asked of its workers
   * @param suspension while it is under maintenance; null otherwise
   */
  public record Settings(
      Map<String, String> labels,
      String ref,
      long retry,
      long retryRevision,
      Orders orders,
      @Nullable Suspension suspension) {
    /** Of a node that is not suspended. */
    public Settings(
        Map<String, String> labels, String ref, long retry, long retryRevision, Orders orders) {
      this(labels, ref, retry, retryRevision, orders, null);
    }

    /** Copies. */
    public Settings {
      labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }
  }

  /**
   * What is known of a node's agent.
   *
   * @param epoch how often it started
   * @param version null before it started
   * @param lastSeen null before it was heard of
   * @param contact beside that
   */
  public record Agent(
      long epoch, @Nullable String version, @Nullable Instant lastSeen, NodeContact contact) {
    static final Agent UNSEEN = new Agent(0, null, null, NodeContact.NONE);
  }

  /** A node that has just joined. */
  public static StoredNode joining(
      long id,
      NodeName name,
      NodeKeyId key,
      Joined joined,
      Map<String, String> labels,
      String ref) {
    Settings settings = new Settings(labels, ref, 0, 0, Orders.NONE);
    return new StoredNode(id, name, key, joined, settings, null, Agent.UNSEEN, null);
  }

  /** What is known of the contact with its agent. */
  public NodeContact contact() {
    return agent.contact();
  }

  /** The deployment that brings what it is to run; null when none does. */
  public @Nullable Long deployment() {
    return decision == null ? null : decision.deployment();
  }

  /** The same node with another decision. */
  public StoredNode withDecision(DesiredState newer) {
    return new StoredNode(id, name, key, joined, settings, newer, agent, standing);
  }

  /** The same node with another contact. */
  public StoredNode withContact(NodeContact now) {
    Agent known = new Agent(agent.epoch(), agent.version(), agent.lastSeen(), now);
    return new StoredNode(id, name, key, joined, settings, decision, known, standing);
  }
}
