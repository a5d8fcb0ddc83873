package dev.pullcord.demo.fleet;

import dev.pullcord.client.AccessCalls;
import dev.pullcord.client.HoldCalls;
import dev.pullcord.client.ServerClient;
import dev.pullcord.client.ServerReply;
import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.api.DeploymentView.Transcript;
import dev.pullcord.protocol.api.Fleet;
import dev.pullcord.protocol.api.Invitation;
import dev.pullcord.protocol.api.NodeView;
import dev.pullcord.protocol.api.PinView;
import dev.pullcord.protocol.id.NodeName;
import java.util.List;
import java.util.Optional;

/**
 * What a demo or a test asks a local server most, as the admin. A refusal is an {@link
 * IllegalStateException}, a server that is away an {@link java.io.UncheckedIOException}. {@link
 * #client} has the rest, with answers as values.
 *
 * @param client of the server
 */
public record FleetApi(ServerClient client) {
  /** The fleet in numbers. */
  public Fleet fleet() {
    return client.fleet().orThrow();
  }

  /** Every node, in order of name. */
  public List<NodeView> nodes() {
    return client.nodes(null, null).orThrow().nodes();
  }

  /** One node. */
  public NodeView node(String name) {
    return client.node(new NodeName(name)).orThrow();
  }

  /** The newest deployments. */
  public List<DeploymentView> deployments() {
    return client.deployments(null, null).orThrow().deployments();
  }

  /** What a node did for a deployment, if it did anything. */
  public Optional<Transcript> transcript(long deployment, String node) {
    ServerReply<Transcript> answer = client.transcript(deployment, new NodeName(node));
    return answer.refusal().isPresent() ? Optional.empty() : Optional.of(answer.orThrow());
  }

  /** All pins. */
  public List<PinView> pins() {
    return new HoldCalls(client).pins().orThrow().pins();
  }

  /** Pins a node for an hour, or says why not. */
  public ServerReply<PinView> pin(String node, String ref, String reason) {
    return new HoldCalls(client).pin(new NodeName(node), new PinView.Request(ref, "1h", reason));
  }

  /** Ends a node's pin, if it has one. */
  public void unpin(String node) {
    ServerReply<ServerClient.Done> answer = new HoldCalls(client).unpin(new NodeName(node));
    if (answer.refusal().filter(no -> no.status() == 404).isEmpty()) {
      answer.orThrow();
    }
  }

  /** A join token for so many nodes. */
  public Invitation invite(int uses) {
    return new AccessCalls(client)
        .invite(new Invitation.Request(null, null, null, uses, null))
        .orThrow();
  }

  /** Whether the server answers that it is ready. */
  public boolean isReady() {
    return client.ready() instanceof ServerReply.Got;
  }
}
