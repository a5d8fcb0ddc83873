package dev.pullcord.server.fleet;

import dev.pullcord.server.store.FreezeTable.StoredFreeze;
import dev.pullcord.server.store.GateTable.Gate;
import dev.pullcord.server.store.RefTable.BranchHead;
import dev.pullcord.server.store.RollbackTable.StoredRollback;
import dev.pullcord.server.store.Tables;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The orders about the fleet as a whole: freezes, branches that are rolled back, and gates.
 *
 * @param freezes in order of branch and selector
 * @param rollbacks in order of branch
 * @param gates that are open, in order of branch
 */
public record HoldOrders(
    List<StoredFreeze> freezes, List<StoredRollback> rollbacks, List<Gate> gates) {
  /** No orders. */
  public static final HoldOrders NONE = new HoldOrders(List.of(), List.of(), List.of());

  /** Copies. */
  public HoldOrders {
    freezes = List.copyOf(freezes);
    rollbacks = List.copyOf(rollbacks);
    gates = List.copyOf(gates);
  }

  /** As the transaction sees them. */
  static HoldOrders read(Tables tables) {
    return new HoldOrders(tables.freezes().all(), tables.rollbacks().all(), tables.gates().all());
  }

  /** What each branch leads to: its head, or the commit that it is rolled back to. */
  public static List<BranchHead> heads(Tables tables) {
    Map<String, StoredRollback> back = new HashMap<>();
    tables.rollbacks().all().forEach(r -> back.put(r.ref(), r));
    return tables.refs().all().stream().map(head -> head(head, back.get(head.ref()))).toList();
  }

  /** A rollback is over once something newer was pushed. */
  private static BranchHead head(BranchHead pushed, @Nullable StoredRollback rollback) {
    return rollback != null && rollback.from().equals(pushed.commit())
        ? rollback.head(pushed)
        : pushed;
  }
}
