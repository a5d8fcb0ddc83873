package dev.pullcord.client;

import dev.pullcord.client.ServerClient.Done;
import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.OpenGateView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.protocol.api.SuspensionView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What holds nodes: pins, freezes, rollbacks, gates and suspensions.
 *
 * @param server asked
 */
public record HoldCalls(ServerClient server) {
  /** All pins. */
  public ServerReply<PinView.All> pins() {
    return server.get(PinView.All.class, "pins");
  }

  /** Pins a node, or changes its pin. */
  public ServerReply<PinView> pin(NodeName node, PinView.Request request) {
    return server.send("PUT", request, PinView.class, "pins", node.value());
  }

  /** Ends a pin. */
  public ServerReply<Done> unpin(NodeName node) {
    return server.change("DELETE", null, "pins", node.value());
  }

  /** All freezes. */
  public ServerReply<FreezeView.All> freezes() {
    return server.get(FreezeView.All.class, "freezes");
  }

  /** The gates that are open. */
  public ServerReply<OpenGateView.All> gates() {
    return server.get(OpenGateView.All.class, "gates");
  }

  /**
   * Ends the gate of a branch before its push does.
   *
   * @param commit refused where the gate tries another one; null for any
   */
  public ServerReply<Done> endGate(String ref, @Nullable CommitId commit) {
    return delete(
        ApiCalls.query("ref", ref, "commit", commit == null ? null : commit.value()), "gates");
  }

  /** Freezes; replaces the freeze of the same branch and selector. */
  public ServerReply<FreezeView> freeze(FreezeView.Request request) {
    return server.send("PUT", request, FreezeView.class, "freezes");
  }

  /** Ends the freeze of a branch, or of every one, and of these labels, or of every node. */
  public ServerReply<Done> unfreeze(@Nullable String ref, @Nullable String selector) {
    return delete(ApiCalls.query("ref", ref, "selector", selector), "freezes");
  }

  private ServerReply<Done> delete(Map<String, String> query, String what) {
    return server.http.send("DELETE", null, server.http.request(query, what), _ -> Done.DONE);
  }

  /** Lets the nodes of a branch run an earlier commit of it. */
  public ServerReply<RollbackView> rollback(String ref, RollbackView.Request request) {
    return server.send(
        "POST", request, RollbackView.class, ApiCalls.ofBranch("refs", ref, "rollback"));
  }

  /** Ends a rollback. */
  public ServerReply<Done> endRollback(String ref) {
    return server.change("DELETE", null, ApiCalls.ofBranch("refs", ref, "rollback"));
  }

  /** Suspends a node, or changes its suspension; the answer is the node. */
  public ServerReply<NodeView> suspend(NodeName name, SuspensionView.Request request) {
    return server.send("PUT", request, NodeView.class, "nodes", name.value(), "suspension");
  }

  /** Ends a suspension. */
  public ServerReply<Done> resumeNode(NodeName name) {
    return server.change("DELETE", null, "nodes", name.value(), "suspension");
  }
}
