package dev.pullcord.server.deployment;

import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.store.PinTable;
import dev.pullcord.server.store.Tables;
import java.util.HashMap;
import java.util.Map;

/** Who is concerned by a branch, as a transaction sees it. */
final class BranchMembers {
  private BranchMembers() {}

  /** How many nodes are to run the branch's head. */
  static long count(Tables tables, String branch) {
    Map<Long, PinTable.StoredPin> pins = pins(tables);
    return tables.nodes().all().stream()
        .filter(n -> branch.equals(NodeRecord.branch(n, pins.get(n.id()))))
        .count();
  }

  /** Whether some node follows the branch, pinned elsewhere or not, or is pinned to it. */
  static boolean followed(Tables tables, String branch) {
    return count(tables, branch) > 0
        || tables.nodes().all().stream().anyMatch(n -> branch.equals(n.settings().ref()));
  }

  private static Map<Long, PinTable.StoredPin> pins(Tables tables) {
    Map<Long, PinTable.StoredPin> pins = new HashMap<>();
    tables.pins().all().forEach(p -> pins.put(p.node(), p));
    return pins;
  }
}
