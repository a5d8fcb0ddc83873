package dev.pullcord.server.contact;

import dev.pullcord.protocol.contact.SeenDecision;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.server.desired.CommitSource;
import dev.pullcord.server.desired.Decisions;
import dev.pullcord.server.desired.Incarnations;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.store.StoredNode;
import dev.pullcord.server.store.Tables;
import java.util.Objects;

/** What is to be known about decisions that nodes have seen and this server may not have made. */
public final class LaterDecisions {
  private final Incarnations incarnations;
  private final Decisions decisions;
  private final CommitSource commits;
  private final FleetModel fleet;

  /** Over the decisions of this server. */
  public LaterDecisions(
      Incarnations incarnations, Decisions decisions, CommitSource commits, FleetModel fleet) {
    this.incarnations = incarnations;
    this.decisions = decisions;
    this.commits = commits;
    this.fleet = fleet;
  }

  boolean made(SeenDecision seen) {
    return incarnations.made(seen, fleet.read(FleetSnapshot::revision));
  }

  boolean has(CommitId commit) {
    return commits.info(commit).isPresent();
  }

  /** Whether this server asks for the same commit: then the node may take its decision. */
  boolean isSame(StoredNode row, SeenDecision seen) {
    return row.decision() != null && Objects.equals(row.decision().commit(), seen.commit());
  }

  void decideAnew(Tables tables, long node) {
    decisions.decideAnew(tables, node);
  }
}
