package dev.pullcord.agent.worker;

import dev.pullcord.agent.host.Surroundings;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.journal.WorkerDefinition;
import dev.pullcord.protocol.id.NodeName;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A generation as its kind gets to see it.
 *
 * @param generation from the journal
 * @param worker what its own release asks for, which is not what a newer one does
 * @param surroundings where and what it is
 * @param environment all of it, as it was started with
 * @param alive whether its very process lives
 */
public record LiveGeneration(
    Generation generation,
    WorkerDefinition worker,
    Surroundings surroundings,
    Map<String, String> environment,
    BooleanSupplier alive) {
  /** Copies. */
  public LiveGeneration {
    environment = Map.copyOf(environment);
  }

  /** Of which node. */
  public NodeName node() {
    return surroundings.node();
  }

  /** Unique on the node. */
  public long number() {
    return generation.number();
  }
}
