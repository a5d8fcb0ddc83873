package dev.pullcord.agent.fake;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.DecisionSource;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.report.NodeStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Decisions that a test makes. */
public final class FakeDecisions implements DecisionSource {
  private final AtomicReference<@Nullable Decision> current = new AtomicReference<>();
  private long revision;
  private Map<String, String> labels = Map.of();
  private Orders orders = Orders.NONE;

  public void decide(@Nullable CommitId commit) {
    decide(commit, 0);
  }

  public void decide(@Nullable CommitId commit, long retry) {
    revision++;
    current.set(new Decision(revision, "main", commit, revision, null, retry, labels, orders));
  }

  /** One commit goes on running while another is to be got ready. */
  public void stage(@Nullable CommitId commit, CommitId stage) {
    revision++;
    current.set(
        new Decision(
            revision,
            "main",
            commit,
            revision,
            null,
            0,
            labels,
            orders,
            new Decision.Next(null, stage, null)));
  }

  /** The same with other labels of the node. */
  public void label(Map<String, String> now) {
    labels = now;
    Decision before = current.get();
    if (before != null) {
      decide(before.commit(), before.retry());
    }
  }

  /** The same with other orders of the operators. */
  public void order(Orders now) {
    orders = now;
    Decision before = current.get();
    if (before != null) {
      decide(before.commit(), before.retry());
    }
  }

  @Override
  public Optional<Decision> current() {
    return Optional.ofNullable(current.get());
  }

  @Override
  public NodeStatus.@Nullable ServerContact contact() {
    return null;
  }
}
