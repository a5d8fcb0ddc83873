package dev.pullcord.agent.decision;

import dev.pullcord.protocol.report.NodeStatus;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last decision, which stands while whoever decides is away. Answers from memory, at once. */
public interface DecisionSource {
  /** The decision in force; empty before the first one ever. */
  Optional<Decision> current();

  /** The contact with the server; null when this agent has none. */
  NodeStatus.@Nullable ServerContact contact();
}
