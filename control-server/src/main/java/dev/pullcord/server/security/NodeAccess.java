package dev.pullcord.server.security;

import dev.pullcord.protocol.id.NodeKeyId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.audit.AuditTrail;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.store.AuditTable;
import java.util.function.Function;
import org.eclipse.jetty.server.Request;

/**
 * Finds the node that makes a request of the agents' port, by the key of its connection. Routes and
 * streams ask here and nowhere else. A key that is refused is in the audit log.
 */
public final class NodeAccess {
  /** What the audit log calls a key that is no node's. */
  private static final String KEY_REFUSED = "key.refused";

  private final PeerKeys peers;
  private final Function<NodeKeyId, NodeName> names;
  private final AuditTrail trail;

  /**
   * Access by keys.
   *
   * @param peers how a connection's key is found
   * @param names whose key it is, or a {@link Refusal}
   * @param trail told of refusals
   */
  public NodeAccess(PeerKeys peers, Function<NodeKeyId, NodeName> names, AuditTrail trail) {
    this.peers = peers;
    this.names = names;
    this.trail = trail;
  }

  /**
   * The key that the connection proved.
   *
   * @throws Refusal 401 {@code NODE_UNKNOWN} when it proved none
   */
  NodeKeyId key(Request request) {
    return peers
        .of(request)
        .orElseThrow(() ->
            new Refusal(
                Refusal.Kind.UNAUTHENTICATED,
                "NODE_UNKNOWN",
                "the connection shows no key; a client certificate is expected",
                null));
  }

  /**
   * The node whose key the connection proved; from then on the connection counts as the node's.
   *
   * @throws Refusal 401 {@code NODE_UNKNOWN}, 403 {@code NODE_REMOVED}, 429 {@code
   *     CONNECTIONS_FULL}
   */
  public Caller.Node node(Request request) {
    NodeKeyId key = key(request);
    NodeName name;
    try {
      name = names.apply(key);
    } catch (Refusal e) {
      refused(request, key, e);
      throw e;
    }
    ConnectionProof.shown(request.getAttribute(ConnectionProof.ATTRIBUTE), name.value());
    return new Caller.Node(key, name);
  }

  /** Tells the audit log that a request with that key was refused. */
  public void refused(Request request, NodeKeyId key, Refusal refusal) {
    AuditTable.Source from =
        new AuditTable.Source(
            AuditTable.Way.AGENTS, Sources.address(Request.getRemoteAddr(request)));
    trail.refused(
        AuditTrail.UNKNOWN,
        from,
        KEY_REFUSED,
        Request.getPathInContext(request),
        refusal.code() + "  " + refusal.getMessage() + "; the key is " + key);
  }
}
