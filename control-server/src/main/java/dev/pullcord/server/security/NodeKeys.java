package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.refusal.Refusal;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Finds the node of a key; there is no other way to be a node. Refuses a key that nobody knows, and
 * that of a removed node.
 */
public final class NodeKeys {
  private final FleetModel fleet;

  /** The keys of that fleet. */
  public NodeKeys(FleetModel fleet) {
    this.fleet = fleet;
  }

  /**
   * The node whose key the connection proved.
   *
   * @throws Refusal 401 {@code NODE_UNKNOWN} without a key or with one that nobody knows, 403
   *     {@code NODE_REMOVED} with the key of a removed node
   */
  public NodeRecord require(Optional<NodeKeyId> key) {
    return key.flatMap(fleet::byKey).orElseThrow(() -> refusal(key));
  }

  private Refusal refusal(Optional<NodeKeyId> key) {
    return key.flatMap(fleet::removal)
        .map(removal ->
            new Refusal(
                Refusal.Kind.FORBIDDEN,
                "NODE_REMOVED",
                "this node was removed"
                    + (removal.by() == null ? "" : " by " + removal.by())
                    + " at "
                    + removal.at().truncatedTo(ChronoUnit.SECONDS)
                    + "; to let it in again, invite it and run pullcord-agent join",
                null))
        .orElseGet(() ->
            new Refusal(
                Refusal.Kind.UNAUTHENTICATED,
                "NODE_UNKNOWN",
                "no node has the key of this connection; run pullcord-agent join on the node",
                null));
  }
}
