package dev.pullcord.server.fleet;

import dev.pullcord.server.store.Deployments;
import dev.pullcord.server.store.Nodes;
import dev.pullcord.server.store.Pins;
import dev.pullcord.server.store.Refs;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a decision changed, after it is on disk.
 *
 * @param nodes those whose decision, pin or ref is another, and new ones
 * @param heads all branch heads
 * @param live all deployments that are not superseded
 * @param revision the newest
 * @param at when it was decided
 */
public record FleetUpdate(
    List<Node> nodes, List<Refs.Row> heads, List<Deployments.Row> live, long revision, Instant at) {
  /** Copies. */
  public FleetUpdate {
    nodes = List.copyOf(nodes);
    heads = List.copyOf(heads);
    live = List.copyOf(live);
  }

  /**
   * A node with its decision.
   *
   * @param row as it is stored
   * @param pin in force
   */
  public record Node(Nodes.Row row, Pins.@Nullable Row pin) {}
}
