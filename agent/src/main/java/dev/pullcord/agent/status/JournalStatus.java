package dev.pullcord.agent.status;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.Quarantine;
import dev.pullcord.agent.history.Release;
import dev.pullcord.agent.host.process.Processes;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.state.GenerationProcesses;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.NodeStatus;
import dev.pullcord.protocol.report.PinStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the journal the status of a node whose agent does not run. Changes nothing, needs no
 * lock.
 */
public final class JournalStatus {
  private static final String NO_AGENT = "no agent is running; this is what its journal says";

  private JournalStatus() {}

  /**
   * The status.
   *
   * @param journal the file
   * @param decision the last one; null if there was none
   * @param server as far as it is known
   * @param spooled reports on disk
   */
  public static NodeStatus read(
      Path journal,
      NodeName node,
      @Nullable Decision decision,
      NodeStatus.@Nullable ServerContact server,
      int spooled)
      throws IOException {
    Optional<GenerationProcesses> processes =
        Files.exists(journal) ? Optional.of(GenerationProcesses.of(journal)) : Optional.empty();
    AgentHistory history = living(Journal.peek(journal), processes);
    Applied applied = history.applied();
    CommitId target = decision == null ? null : decision.commit();
    PinStatus pin = decision == null ? null : decision.pin();
    String wrong = wrongWith(history.quarantine(), decision);
    ShownState shown =
        wrong == null
            ? ShownState.of(state(history, target), NO_AGENT, decision)
            : new ShownState(fallen(applied), wrong + " (" + NO_AGENT + ")");
    return new NodeStatus(
        node,
        shown.state(),
        shown.reason(),
        Files.exists(journal) ? Files.getLastModifiedTime(journal).toInstant() : Instant.EPOCH,
        null,
        decision == null ? null : decision.ref(),
        target,
        applied == null ? null : applied.commit(),
        history.active(),
        history.activeRelease().map(Release::trees).orElse(Map.of()),
        WorkerStatuses.of(
            history,
            new WorkerStatuses.Sight(
                _ -> Optional.empty(),
                _ -> Optional.empty(),
                g -> processes.flatMap(known -> known.shown(g)))),
        pin,
        server,
        spooled,
        null,
        decision == null ? null : decision.labels(),
        decision == null ? 0 : decision.orders().count(),
        null);
  }

  private static @Nullable String wrongWith(
      @Nullable Quarantine quarantine, @Nullable Decision decision) {
    if (decision == null || decision.commit() == null || quarantine == null) {
      return null;
    }
    return quarantine.forbids(decision.commit(), decision.retry(), decision.labels())
        ? quarantine.reason()
        : null;
  }

  private static NodeState fallen(@Nullable Applied applied) {
    return applied == null ? NodeState.FAILED : NodeState.ROLLED_BACK;
  }

  private static NodeState state(AgentHistory history, @Nullable CommitId target) {
    Applied applied = history.applied();
    boolean there = applied != null && applied.commit().equals(target) && history.well();
    boolean works =
        history.activeRelease().stream()
            .flatMap(release -> release.workers().keySet().stream())
            .allMatch(worker -> history.consuming(worker).isPresent());
    return there && works ? NodeState.CONVERGED : NodeState.WAITING;
  }

  /** What only a command or systemd could tell is taken to be as it was: nothing is run here. */
  private static boolean lives(Generation generation, GenerationProcesses processes) {
    boolean sameBoot = generation.boot().equals(Processes.bootId());
    if (generation.process() == null && !generation.runner().isForAnyKind()) {
      return sameBoot && generation.phase() != Generation.Phase.INTENDED;
    }
    return sameBoot ? processes.live(generation) : processes.anyKnown(generation);
  }

  /** Without the generations of which no process lives. */
  private static AgentHistory living(
      AgentHistory history, Optional<GenerationProcesses> processes) {
    Map<Long, Generation> living = new LinkedHashMap<>();
    history
        .generations()
        .forEach((number, generation) -> {
          if (processes.filter(known -> lives(generation, known)).isPresent()) {
            living.put(number, generation);
          }
        });
    return new AgentHistory(
        history.pass(),
        history.lastSequence(),
        history.lastGeneration(),
        history.releases(),
        history.active(),
        history.well(),
        history.applied(),
        living,
        history.quarantine());
  }
}
