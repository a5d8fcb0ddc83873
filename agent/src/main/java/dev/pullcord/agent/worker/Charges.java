package dev.pullcord.agent.worker;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.Optional;
import java.util.function.Function;

/**
 * Hands generations to their kinds, each with what it is to run, its place and its environment.
 *
 * @param kinds every kind of worker
 * @param places where workers live
 * @param runners know who lives
 * @param journal knows what a generation was started as
 */
public record Charges(Kinds kinds, Places places, Runners runners, Journal journal) {
  /** A generation, looked after as that. */
  public WorkerKind.Charge of(Generation generation, WorkerSpec spec, String ref) {
    return new WorkerKind.Charge(
        generation, spec, places.of(generation, spec, ref), () -> runners.works(generation));
  }

  /** A generation, looked after as what it was started as; empty where nobody knows. */
  public Optional<WorkerKind.Charge> asStarted(Generation generation, String ref) {
    return history().startedAs(generation).map(spec -> of(generation, spec, ref));
  }

  /** What knows how to look after it. */
  public WorkerKind kind(WorkerKind.Charge charge) {
    return kinds.of(charge.spec());
  }

  /** Asks the kind of a generation, as it was started; empty where nobody knows. */
  public <T> Optional<T> ask(Generation generation, Function<WorkerKind, Optional<T>> question) {
    return history().startedAs(generation).flatMap(spec -> question.apply(kinds.of(spec)));
  }

  /** What keeps a generation that is to end from being asked; empty where there is nothing. */
  public Optional<WorkerKind.Drain> drain(Generation generation) {
    return ask(generation, kind -> kind.drain(generation));
  }

  private AgentHistory history() {
    return journal.history();
  }
}
