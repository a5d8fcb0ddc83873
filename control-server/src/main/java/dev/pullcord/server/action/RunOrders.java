package dev.pullcord.server.action;

import dev.pullcord.protocol.action.ActionOrder;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.store.RunTable.NodePart;
import dev.pullcord.server.store.RunTable.StoredRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Makes what a node is asked at present: all of its parts that may begin and have not ended. */
final class RunOrders {
  private RunOrders() {}

  /** Oldest first. */
  static List<ActionOrder> of(long node, Collection<LiveRun> runs, Instant now) {
    List<ActionOrder> orders = new ArrayList<>();
    for (LiveRun run : runs) {
      for (LivePart part : run.parts()) {
        boolean its = part.stored().node() == node && part.releasedAt() != null;
        if (its && !part.standing().state().ended()) {
          order(run.run(), part.stored(), now, orders);
        }
      }
    }
    return orders;
  }

  private static void order(StoredRun run, NodePart part, Instant now, List<ActionOrder> orders) {
    CommitId commit = part.order().commit();
    Duration left = Duration.between(now, run.terms().beginUntil());
    if (commit != null) {
      orders.add(
          new ActionOrder(
              part.order().key(),
              run.action(),
              commit,
              run.parameters(),
              run.cancelledBy() == null ? Math.max(0, left.toMillis()) : 0,
              run.cancelledBy()));
    }
  }
}
