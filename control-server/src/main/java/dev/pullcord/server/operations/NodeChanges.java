package dev.pullcord.server.operations;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Waker;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.AuditTable;
import dev.pullcord.server.store.Store;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes one node as one transaction: the change, its audit record, and the decision that follows
 * from it are on disk together or not at all. Then the node is told.
 *
 * @param store holds it all
 * @param decisions settles what follows
 * @param waker tells the nodes
 * @param clock dates the audit records
 */
public record NodeChanges(Store store, Decisions decisions, Waker waker, InstantSource clock) {
  /** What is done to a node within the transaction; an exception undoes it. */
  @FunctionalInterface
  interface Change {
    void apply(Tables tables, StoredNode node);
  }

  void apply(NodeName name, Change change) {
    List<Long> changed =
        store.write(tables -> {
          StoredNode node = existing(tables, name);
          change.apply(tables, node);
          return decisions.settle(tables, node.id());
        });
    waker.wake(changed);
  }

  /**
   * Writes down that an order came too late, where two people gave orders that exclude each other:
   * the log then has both of them. Other refusals are told to who asked, and to nobody else.
   */
  public void tooLate(Principal who, String what, String on, Refusal why) {
    if (why.kind() != Refusal.Kind.CONFLICT) {
      return;
    }
    store.write(tables -> {
      tables
          .audit()
          .append(
              new AuditTable.Act(
                  clock.instant(),
                  who.owner(),
                  who.from(),
                  what,
                  on,
                  null,
                  why.getMessage(),
                  true,
                  1));
      return on;
    });
  }

  static StoredNode existing(Tables tables, NodeName name) {
    return tables.nodes().findByName(name).orElseThrow(() -> OrderChecks.noSuchNode(name));
  }

  void audit(
      Tables tables,
      Principal who,
      String what,
      NodeName node,
      @Nullable String before,
      @Nullable String after) {
    tables.audit().append(who.did(clock.instant(), what, node.value(), before, after));
  }
}
