package dev.pullcord.agent.pass;

import dev.pullcord.agent.host.HostClock;
import dev.pullcord.agent.host.Signal;
import dev.pullcord.agent.journal.AgentHistory;
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
  private static final Duration LOOK = Duration.ofMillis(50);

  private final HostClock clock;
  private final Tools tools;
  private final Signal never = new Signal();

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
  Asked soon(List<Generation> generations, String ref) {
    List<Duration> later = new ArrayList<>();
    StepResult result =
        StepRunner.guarded(() -> {
          for (Generation generation : generations) {
            Duration wait = letGo(generation, ref);
            if (wait.isZero()) {
              terminate(generation);
            } else {
              later.add(wait);
            }
          }
          return StepResult.ok("");
        });
    return new Asked(result, later.stream().min(Duration::compareTo).orElse(null));
  }

  /** Asks all, as soon as all can be; their time runs side by side. */
  StepResult now(List<Generation> generations, String ref, BooleanSupplier cancelled) {
    return StepRunner.guarded(() -> {
      Duration wait = longest(generations, ref);
      while (wait.isPositive()) {
        if (cancelled.getAsBoolean()) {
          return StepResult.abandoned("something newer was decided", "");
        }
        clock.await(never, never.count(), wait.compareTo(LOOK) < 0 ? wait : LOOK);
        wait = longest(generations, ref);
      }
      for (Generation generation : generations) {
        terminate(generation);
      }
      return StepResult.ok("");
    });
  }

  private Duration longest(List<Generation> generations, String ref) throws IOException {
    Duration longest = Duration.ZERO;
    for (Generation generation : generations) {
      Duration wait = letGo(generation, ref);
      longest = wait.compareTo(longest) > 0 ? wait : longest;
    }
    return longest;
  }

  private Duration letGo(Generation generation, String ref) throws IOException {
    Optional<WorkerSpec> spec = Kinds.startedAs(generation, history());
    if (spec.isEmpty()) {
      return Duration.ZERO;
    }
    return tools
        .kinds()
        .of(spec.get())
        .letGo(
            new WorkerKind.Charge(
                generation,
                spec.get(),
                tools.places().of(generation, spec.get(), ref),
                () -> tools.workers().works(generation)));
  }

  private void terminate(Generation generation) throws IOException {
    String active = history().active();
    tools.workers().terminate(generation, active == null ? generation.release() : active);
  }

  private AgentHistory history() {
    return tools.journal().history();
  }
}
