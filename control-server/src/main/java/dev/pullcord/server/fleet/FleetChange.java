package dev.pullcord.server.fleet;

import dev.pullcord.protocol.id.NodeName;
import org.jspecify.annotations.Nullable;

/**
 * Something of the fleet has changed; ask the fleet what.
 *
 * @param node the node it is about; null when it is about a ref, a pin or a deployment
 */
public record FleetChange(@Nullable NodeName node) {
  /** Ends the calls of a listener. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
