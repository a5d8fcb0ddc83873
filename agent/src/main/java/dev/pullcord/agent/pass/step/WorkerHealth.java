package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.health.HealthGate;
import dev.pullcord.agent.health.HealthVerdict;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.worker.Charges;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.WorkerWords;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.protocol.manifest.HealthSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Optional;

/**
 * Judges a worker: by what its kind has found, then by the manifest's own health, if there is one.
 * Says whose fault it is that one died.
 */
public final class WorkerHealth {
  private final HealthGate gate;
  private final Workers workers;
  private final WorkerWords words;
  private final Charges charges;

  /** With these. */
  public WorkerHealth(HealthGate gate, Workers workers, WorkerWords words, Charges charges) {
    this.gate = gate;
    this.workers = workers;
    this.words = words;
    this.charges = charges;
  }

  static StepResult notRunning(String name) {
    return StepResult.releaseFault("worker " + name + " is not running", null, "");
  }

  /** A generation, looked after as what the goal wants it to be. */
  WorkerKind.Charge charge(Generation generation, StepScope scope) {
    WorkerSpec spec = scope.definition(generation.worker()).spec();
    return charges.of(generation, spec, scope.ref());
  }

  WorkerKind kind(WorkerKind.Charge charge) {
    return charges.kind(charge);
  }

  /**
   * The whole judgement.
   *
   * @param own what its kind has found
   * @param release in which the manifest's health command runs
   */
  StepResult judge(StepResult own, WorkerKind.Charge charge, String release, StepScope scope) {
    Generation generation = charge.generation();
    if (!own.succeeded()) {
      return charge.alive().getAsBoolean() ? own : died(generation, own.output());
    }
    HealthSpec health = charge.spec().health();
    if (kind(charge).knowsItsHealth() && (health == null || health.isOwnProof())) {
      return own;
    }
    Optional<String> blind = charges.places().envFiles().problem(charge.spec());
    if (blind.isPresent()) {
      return StepResult.environmentFault(blind.get(), own.output());
    }
    HealthGate.Patient patient =
        new HealthGate.Patient(
            health,
            charge.alive(),
            charges.places().directory().release(release),
            charge.where().environment(charge.spec().env()),
            charge.where().owner().user());
    String worker = "worker " + generation.worker() + ": ";
    return switch (gate.await(patient, scope::overtaken)) {
      case HealthVerdict.Well(String output) ->
          StepResult.exited(0, own.output().isEmpty() ? output : own.output() + "\n" + output);
      case HealthVerdict.Unwell(String reason, Integer exit, String output) ->
          StepResult.releaseFault(worker + reason, exit, output);
      case HealthVerdict.Died(String output) -> died(generation, output);
      case HealthVerdict.CannotLook(String reason, String output) ->
          StepResult.environmentFault(worker + reason, output);
      case HealthVerdict.Abandoned(String output) ->
          StepResult.abandoned("health of " + generation.worker() + " abandoned", output);
    };
  }

  /** Notes that a worker is gone, with the last that it said. */
  StepResult died(Generation generation, String output) {
    Optional<String> outside = charges.ask(generation, kind -> kind.outsideCause(generation));
    workers.ended(generation);
    String tail = words.logTail(generation);
    String reason = words.obituary(generation);
    String all = output.isBlank() ? tail : output + "\n" + tail;
    return outside.isPresent() || workers.neverStarted(generation)
        ? StepResult.environmentFault(reason + outside.map(why -> ": " + why).orElse(""), all)
        : StepResult.releaseFault(reason, workers.exitCode(generation).orElse(null), all);
  }
}
