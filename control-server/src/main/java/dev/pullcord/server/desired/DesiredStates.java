package dev.pullcord.server.desired;

import dev.pullcord.protocol.desired.DesiredState;
import dev.pullcord.protocol.id.NodeName;
import java.util.Optional;

/** Says what each node is to run now; the same answer that the node itself gets. */
@FunctionalInterface
public interface DesiredStates {
  /** The node's; empty when there is no such node. */
  Optional<DesiredState> of(NodeName node);
}
