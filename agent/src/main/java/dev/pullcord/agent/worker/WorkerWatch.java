package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.protocol.report.WorkerStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks, after a pass that found everything as it should be, at what has the work, of the kinds
 * that can be alive and not at work. A complaint takes the node out of converged until there is
 * none.
 */
public final class WorkerWatch {
  private static final Duration AFTER_A_COMPLAINT = Duration.ofSeconds(1);

  private final Journal journal;
  private final Charges charges;
  private final FlapGuard flaps;

  /** Over the workers of an agent. */
  public WorkerWatch(Journal journal, Charges charges, FlapGuard flaps) {
    this.journal = journal;
    this.charges = charges;
    this.flaps = flaps;
  }

  /**
   * What was seen.
   *
   * @param complaint what is wrong; empty when nothing is
   * @param until when that counts as over by itself; null where that is not known
   * @param unproven workers that nothing proves to be what was started
   */
  public record Sight(String complaint, @Nullable Instant until, List<String> unproven) {}

  /**
   * Looks, and notes in the journal by what workers are known.
   *
   * @param leaving those that are to end: that they give their work up is as it should be
   */
  public Sight look(String ref, List<Generation> leaving) throws IOException {
    List<String> unproven = new ArrayList<>();
    for (Generation generation : history().generations().values()) {
      Optional<WorkerKind.Charge> known = charges.asStarted(generation, ref);
      if (generation.hasWork() && !leaving.contains(generation) && known.isPresent()) {
        WorkerKind.Charge charge = known.get();
        WorkerKind kind = charges.kind(charge);
        Optional<String> complaint = kind.complaint(charge);
        if (complaint.isPresent()) {
          return new Sight(
              "worker " + generation.worker() + " " + complaint.get(), null, List.of());
        }
        if (noted(generation, kind.provenNow(charge)).startsWith(WorkerStatus.UNPROVEN)) {
          unproven.add(generation.worker());
        }
      }
    }
    return flaps
        .unsettled(working())
        .map(worker -> new Sight(worker.reason(), worker.until(), List.of()))
        .orElseGet(() -> new Sight("", null, unproven));
  }

  private String noted(Generation generation, Optional<String> proof) {
    proof
        .filter(now -> !now.equals(generation.proof()))
        .ifPresent(now -> journal.append(new GenerationEntry.Proven(generation.number(), now)));
    return proof.orElse("");
  }

  /** How long until it is to look again; empty when it never has to. */
  public Optional<Duration> again(boolean failed) {
    Optional<Duration> often =
        history().generations().values().stream()
            .flatMap(generation -> charges.ask(generation, WorkerKind::looksEvery).stream())
            .min(Duration::compareTo)
            .map(every -> failed ? AFTER_A_COMPLAINT : every);
    Optional<Duration> settles = flaps.unsettled(working()).map(FlapGuard.Unsettled::left);
    return Stream.concat(often.stream(), settles.stream()).min(Duration::compareTo);
  }

  private Set<String> working() {
    return history().generations().values().stream()
        .filter(Generation::hasWork)
        .map(Generation::worker)
        .collect(Collectors.toSet());
  }

  private AgentHistory history() {
    return journal.history();
  }
}
