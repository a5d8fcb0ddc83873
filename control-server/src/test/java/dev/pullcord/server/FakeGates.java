package dev.pullcord.server;

import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.server.gate.GateView;
import dev.pullcord.server.gate.Gates;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.GateTable.Gate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A gate whose one canary stands as a test says. */
public final class FakeGates implements Gates {
  /** How it stands; null while no node can try anything. */
  public volatile GateView.@Nullable Standing canary;

  /** Whether another push moves the branch meanwhile. */
  public volatile boolean overtaken;

  /** Who ended it before its push did; null for nobody. */
  public volatile @Nullable String endedBy;

  /** What became of each gate. */
  public final List<String> outcomes = new ArrayList<>();

  @Override
  public Gate open(Asked asked, Principal pusher) {
    if (canary == null) {
      throw new Refusal(Refusal.Kind.CONFLICT, "GATE_NO_CANARY", "no canary", null);
    }
    return new Gate(
        asked.branch(),
        asked.before(),
        asked.candidate(),
        pusher.owner(),
        Instant.EPOCH,
        List.of(new NodeName("web-1")));
  }

  @Override
  public Optional<GateView> look(Gate gate) {
    GateView.Standing now = canary;
    return now == null || overtaken || endedBy != null
        ? Optional.empty()
        : Optional.of(
            new GateView(
                List.of(
                    new GateView.Canary(
                        new NodeName("web-1"), now, NodeState.WAITING.wireName() + ": a test"))));
  }

  @Override
  public synchronized void end(String branch, Principal who, @Nullable CommitId meant) {
    endedBy = who.owner();
    outcomes.add("ended for " + branch + " by " + who.owner());
  }

  @Override
  public Optional<String> endedBy(Gate gate) {
    return Optional.ofNullable(endedBy);
  }

  @Override
  public boolean areBack(Gate gate) {
    return true;
  }

  @Override
  public synchronized void close(Gate gate, Principal pusher, String outcome) {
    outcomes.add(outcome);
  }

  @Override
  public synchronized void passed(Gate gate, Principal pusher, String outcome) {
    outcomes.add(outcome);
  }
}
