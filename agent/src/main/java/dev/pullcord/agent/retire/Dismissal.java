package dev.pullcord.agent.retire;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.worker.Charges;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.Workers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks generations to end, each once, and only after its kind has let it go: what still holds work
 * that nobody else has is not asked.
 */
public final class Dismissal {
  private final Workers workers;
  private final Charges charges;
  private final Journal journal;
  private final HostClock clock;

  /** Of the workers of an agent. */
  public Dismissal(Workers workers, Charges charges, Journal journal, HostClock clock) {
    this.workers = workers;
    this.charges = charges;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * What came of it.
   *
   * @param result a fault of the disk, or nothing
   * @param again how long until it is to be tried again, for those that could not be asked yet
   */
  public record Asked(StepResult result, @Nullable Duration again) {}

  /** Asks those that can be, and waits for none. */
  public Asked soon(List<Generation> generations, String ref, BooleanSupplier cancelled) {
    List<Duration> later = new ArrayList<>();
    StepResult result =
        StepResult.guarded(() -> {
          for (Generation generation : generations) {
            Duration wait = letGo(generation, ref, cancelled);
            if (wait.isZero()) {
              terminate(generation);
            } else {
              standBy(generation);
              later.add(wait);
            }
          }
          return StepResult.ok("");
        });
    return new Asked(result, later.stream().min(Duration::compareTo).orElse(null));
  }

  private Duration letGo(Generation generation, String ref, BooleanSupplier cancelled)
      throws IOException {
    Optional<WorkerKind.Charge> known = charges.asStarted(generation, ref);
    if (known.isEmpty()) {
      return Duration.ZERO;
    }
    WorkerKind.Charge charge = known.get();
    WorkerKind kind = charges.kind(charge);
    if (kind.letsGoForGood(charge.spec()) && !generation.askedToEnd()) {
      dismiss(generation);
    }
    return kind.letGo(charge, cancelled);
  }

  /** Whatever comes of it, it is never given work again. */
  private void dismiss(Generation generation) throws IOException {
    if (generation.hasWork()) {
      workers.freeze(List.of(generation), active(generation));
    }
    journal.append(new GenerationEntry.DrainIntent(generation.number(), clock.now()));
  }

  /** It does no new work from now on, and can be given it back until it is asked to end. */
  private void standBy(Generation generation) throws IOException {
    Generation now = history().generations().get(generation.number());
    if (now != null && now.hasWork()) {
      workers.freeze(List.of(generation), active(generation));
      journal.append(new GenerationEntry.GivenUp(generation.number(), clock.now()));
    }
  }

  private void terminate(Generation generation) throws IOException {
    workers.terminate(generation, active(generation));
  }

  private String active(Generation generation) {
    String active = history().active();
    return active == null ? generation.release() : active;
  }

  private AgentHistory history() {
    return journal.history();
  }
}
