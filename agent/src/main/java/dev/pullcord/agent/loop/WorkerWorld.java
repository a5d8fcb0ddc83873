package dev.pullcord.agent.loop;

import dev.pullcord.agent.history.RunnerName;
import dev.pullcord.agent.host.process.Detached;
import dev.pullcord.agent.worker.Runner;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.manifest.Work;
import java.util.Map;

/**
 * The kinds of workers and the runners besides those that are built in. The agent itself uses
 * {@link #HOST}; tests put in something of their own, up to a host without any processes.
 *
 * @param forker starts the agent's own children
 * @param kinds beside those that are built in
 * @param runners beside those that are built in, or in the place of those with the same name
 */
public record WorkerWorld(
    Detached.Forker forker,
    Map<Class<? extends Work>, WorkerKind> kinds,
    Map<RunnerName, Runner> runners) {
  /** The processes and units of this host. */
  public static final WorkerWorld HOST = new WorkerWorld(Detached::start, Map.of(), Map.of());

  /** Copies. */
  public WorkerWorld {
    kinds = Map.copyOf(kinds);
    runners = Map.copyOf(runners);
  }
}
