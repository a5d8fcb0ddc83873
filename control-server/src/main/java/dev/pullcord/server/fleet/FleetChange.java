package dev.pullcord.server.fleet;

import dev.pullcord.protocol.id.NodeName;
import org.jspecify.annotations.Nullable;

/**
 * Something of the fleet has changed; ask {@link FleetReader} what.
 *
 * @param node the node it is about; null when it is about a ref, a pin or a deployment
 */
public record FleetChange(@Nullable NodeName node) {}
