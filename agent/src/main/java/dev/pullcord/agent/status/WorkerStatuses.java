package dev.pullcord.agent.status;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.host.process.ProcessId;
import dev.pullcord.protocol.report.GenerationPhase;
import dev.pullcord.protocol.report.GenerationStatus;
import dev.pullcord.protocol.report.Tasks;
import dev.pullcord.protocol.report.WorkerStatus;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what a node says of its workers: each generation as the journal has it, and what is seen of
 * it.
 */
public final class WorkerStatuses {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerStatuses.class);

  private WorkerStatuses() {}

  /**
   * What is to be seen of a generation besides what the journal says of it.
   *
   * @param tasks that keep it busy
   * @param drain what keeps it from being asked to end
   * @param process that stands for it: its main one, or one that this has left behind
   */
  public record Sight(
      Function<Generation, Optional<Tasks>> tasks,
      Function<Generation, Optional<String>> drain,
      Function<Generation, Optional<ProcessId>> process) {}

  static Map<String, WorkerStatus> of(AgentHistory history, Sight sight) {
    Set<String> names = new LinkedHashSet<>();
    history.activeRelease().ifPresent(r -> names.addAll(r.workers().keySet()));
    history.generations().values().forEach(g -> names.add(g.worker()));
    Map<String, WorkerStatus> workers = new LinkedHashMap<>();
    for (String name : names) {
      Optional<Generation> consuming = history.consuming(name);
      List<GenerationStatus> generations =
          history.generationsOf(name).stream().map(g -> generation(g, sight)).toList();
      workers.put(
          name,
          new WorkerStatus(
              consuming.map(Generation::identity).map(WorkerDefinition::ofCommit).orElse(null),
              consuming.map(WorkerStatuses::proof).orElseGet(() -> noProof(generations)),
              generations));
    }
    return workers;
  }

  private static String noProof(List<GenerationStatus> generations) {
    String draining =
        generations.stream()
            .filter(g -> g.phase() == GenerationPhase.DRAINING && g.pid() != 0)
            .map(g -> "pid " + g.pid() + " of generation " + g.number())
            .collect(Collectors.joining(", "));
    return draining.isEmpty() ? "no process" : "none works; draining " + draining;
  }

  private static String proof(Generation generation) {
    if (generation.process() == null) {
      return generation.proof() == null ? "not looked at yet" : generation.proof();
    }
    String process =
        "pid "
            + pid(generation)
            + " started "
            + generation.startedAt().truncatedTo(ChronoUnit.SECONDS);
    return generation.proof() == null ? process : process + "; " + generation.proof();
  }

  private static long pid(Generation generation) {
    ProcessId process = generation.process();
    return process == null ? 0 : process.pid();
  }

  private static GenerationStatus generation(Generation g, Sight sight) {
    GenerationPhase phase =
        switch (g.phase()) {
          case INTENDED, STARTED -> GenerationPhase.STARTING;
          case READY, TAKING_OVER -> GenerationPhase.READY;
          case CONSUMING -> GenerationPhase.CONSUMING;
          case SUPERSEDED, DISMISSED, TERM_INTENDED, TERM_SENT -> GenerationPhase.DRAINING;
        };
    return new GenerationStatus(
        g.number(),
        seen(sight.process(), g).map(ProcessId::pid).orElse(pid(g)),
        g.startedAt(),
        g.commit(),
        phase,
        g.since(),
        seen(sight.tasks(), g).orElse(null),
        seen(sight.drain(), g).orElse(null));
  }

  /** What cannot be looked at is not known: no look may keep the node from saying its state. */
  private static <T> Optional<T> seen(Function<Generation, Optional<T>> look, Generation g) {
    try {
      return look.apply(g);
    } catch (RuntimeException e) {
      LOG.debug("generation {} could not be looked at", g.number(), e);
      return Optional.empty();
    }
  }
}
