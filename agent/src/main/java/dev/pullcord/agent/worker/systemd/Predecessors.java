package dev.pullcord.agent.worker.systemd;

import dev.pullcord.agent.history.StepResult;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Units from before Pullcord that a worker replaces. Each is disabled, so that no boot brings it
 * back, and then asked to end; it finishes what it has. One that is both already is left alone.
 */
public final class Predecessors {
  private static final Duration ASKED_WITHIN = Duration.ofSeconds(5);
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final Units units;

  /** Of an agent. */
  public Predecessors(Units units) {
    this.units = units;
  }

  /** Those of a worker; what was done is in the output. */
  public StepResult end(WorkerSpec spec) {
    List<String> said = new ArrayList<>();
    for (String unit : spec.work().replaces()) {
      try {
        said.add(unit + ": " + end(unit));
      } catch (IOException e) {
        String reason = "worker %s: replaces: %s".formatted(spec.name(), e.getMessage());
        return StepResult.environmentFault(reason, String.join("\n", said));
      }
    }
    return StepResult.ok(String.join("\n", said));
  }

  private String end(String unit) throws IOException {
    UnitState state = units.look(unit);
    if (!state.known()) {
      return "not on this node";
    }
    List<String> done = new ArrayList<>();
    if (state.unitFile().startsWith("enabled")) {
      disable(unit);
      done.add("disabled");
    }
    if (!state.gone()) {
      units.stop(unit);
      done.add("asked to end (" + state.text() + ")");
      awaitAsked(unit);
    }
    return done.isEmpty() ? "has ended before, and no boot starts it" : String.join(", ", done);
  }

  private void disable(String unit) throws IOException {
    try {
      units.systemctl().disable(unit);
    } catch (IOException e) {
      throw new IOException(
          "%s; a boot would bring it back: as root, once, systemctl disable %s"
              .formatted(e.getMessage(), unit),
          e);
    }
  }

  /** Until it has had its SIGTERM: from then on it takes no new work. */
  private void awaitAsked(String unit) throws IOException {
    long end = units.nanos() + ASKED_WITHIN.toNanos();
    while (units.look(unit).works()) {
      if (units.nanos() - end >= 0) {
        throw new IOException("%s still works, and was asked to end".formatted(unit));
      }
      units.pause(LOOK_EVERY);
    }
  }
}
