package dev.pullcord.agent.pass;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.journal.AgentHistory;
import dev.pullcord.agent.journal.Entry;
import dev.pullcord.agent.journal.Generation;
import dev.pullcord.agent.plan.StepResult;
import dev.pullcord.agent.worker.Kinds;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.protocol.manifest.WorkerSpec;
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
final class Dismissal {
  private final HostClock clock;
  private final Tools tools;

  Dismissal(HostClock clock, Tools tools) {
    this.clock = clock;
    this.tools = tools;
  }

  /**
   * What came of it.
   *
   * @param result a fault of the disk, or nothing
   * @param again how long until it is to be tried again, for those that could not be asked yet
   */
  record Asked(StepResult result, @Nullable Duration again) {}

  /** Asks those that can be, and waits for none. */
  Asked soon(List<Generation> generations, String ref, BooleanSupplier cancelled) {
    List<Duration> later = new ArrayList<>();
    StepResult result =
        StepRunner.guarded(() -> {
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
    Optional<WorkerSpec> spec = Kinds.startedAs(generation, history());
    if (spec.isEmpty()) {
      return Duration.ZERO;
    }
    WorkerKind kind = tools.kinds().of(spec.get());
    if (kind.letsGoForGood(spec.get()) && !generation.askedToEnd()) {
      dismiss(generation);
    }
    return kind.letGo(
        new WorkerKind.Charge(
            generation,
            spec.get(),
            tools.places().of(generation, spec.get(), ref),
            () -> tools.workers().works(generation)),
        cancelled);
  }

  /** Whatever comes of it, it is never given work again. */
  private void dismiss(Generation generation) throws IOException {
    if (generation.hasWork()) {
      tools.workers().freeze(List.of(generation), active(generation));
    }
    tools.journal().append(new Entry.DrainIntent(generation.number(), clock.now()));
  }

  /** It does no new work from now on, and can be given it back until it is asked to end. */
  private void standBy(Generation generation) throws IOException {
    Generation now = history().generations().get(generation.number());
    if (now != null && now.hasWork()) {
      tools.workers().freeze(List.of(generation), active(generation));
      tools.journal().append(new Entry.GivenUp(generation.number(), clock.now()));
    }
  }

  private void terminate(Generation generation) throws IOException {
    tools.workers().terminate(generation, active(generation));
  }

  private String active(Generation generation) {
    String active = history().active();
    return active == null ? generation.release() : active;
  }

  private AgentHistory history() {
    return tools.journal().history();
  }
}
