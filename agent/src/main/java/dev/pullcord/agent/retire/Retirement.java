package dev.pullcord.agent.retire;

import dev.pullcord.agent.decision.Decision;
import dev.pullcord.agent.decision.Interruptions;
import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Applied;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.StepResult;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.agent.journal.Journal;
import dev.pullcord.agent.plan.Goal;
import dev.pullcord.agent.plan.Planner;
import dev.pullcord.agent.worker.Charges;
import dev.pullcord.agent.worker.WorkerKind;
import dev.pullcord.agent.worker.WorkerWords;
import dev.pullcord.agent.worker.Workers;
import dev.pullcord.protocol.desired.Orders;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks generations to end apart from any plan, so that nobody waits for them: of workers that an
 * operator stopped, at the beginning of a pass; and whatever an overlap has left behind, after a
 * pass that ended well.
 */
public final class Retirement {
  private final Workers workers;
  private final WorkerWords words;
  private final Charges charges;
  private final Journal journal;
  private final Dismissal dismissal;
  private final Kills kills;
  private final Interruptions interruptions;
  private @Nullable Decision decision;
  private Orders orders = Orders.NONE;

  /** Of the workers of an agent. */
  public Retirement(
      Workers workers,
      WorkerWords words,
      Charges charges,
      Dismissal dismissal,
      Kills kills,
      Interruptions interruptions) {
    this.workers = workers;
    this.words = words;
    this.charges = charges;
    this.journal = charges.journal();
    this.interruptions = interruptions;
    this.dismissal = dismissal;
    this.kills = kills;
  }

  /**
   * A pass on this decision begins: what is to be killed is killed, and what is stopped is asked to
   * end, whatever else it does.
   */
  public Dismissal.Asked begins(@Nullable Decision now) {
    decision = now;
    orders = now == null ? Orders.NONE : now.orders();
    if (now != null) {
      kills.run(now);
    }
    StepResult noted = noted();
    return !noted.succeeded()
        ? new Dismissal.Asked(noted, null)
        : dismiss(
            history().generations().values().stream()
                .filter(g -> orders.stopped().containsKey(g.worker()))
                .filter(g -> g.phase() != Generation.Phase.TERM_SENT)
                .toList());
  }

  /** Whether the end of a generation was asked for, so that it is nobody's fault. */
  public boolean meant(Generation generation) {
    return kills.meant(generation);
  }

  /** A goal as operators want it. */
  public Goal ordered(Goal goal) {
    return goal.ordered(orders);
  }

  /** Those that are to end and do not have to any more than that. */
  public List<Generation> all() {
    CommitId stage = decision == null ? null : decision.stage();
    return Planner.retiring(history().withoutStaged(stage), orders.stopped().keySet());
  }

  /**
   * After a pass that failed: newcomers of a commit that is neither what is to run, nor what ran
   * well, nor to be ready. Nobody will give them work.
   */
  public Dismissal.Asked withdrawn() {
    Decision now = decision;
    if (now == null) {
      return new Dismissal.Asked(StepResult.ok(""), null);
    }
    Applied applied = history().applied();
    CommitId ranWell = applied == null ? null : applied.commit();
    return dismiss(
        history().generations().values().stream()
            .filter(Generation::newcomer)
            .filter(g -> !g.standsByFor(now.stage()))
            .filter(g -> !g.standsByFor(now.commit()) && !g.standsByFor(ranWell))
            .toList());
  }

  /** After a pass that ended well. */
  public Dismissal.Asked after() {
    StepResult noted = noted();
    return noted.succeeded() ? dismiss(all()) : new Dismissal.Asked(noted, null);
  }

  /** What a boot is to bring back, which is nothing that is stopped. */
  private StepResult noted() {
    return StepResult.guarded(() -> {
      workers.promoted(orders.stopped().keySet());
      return StepResult.ok("");
    });
  }

  /**
   * What operators have stopped.
   *
   * @param text which workers, by whom and why
   * @param draining whether something of them is still there that nobody reckons with
   */
  public record Stopped(String text, boolean draining) {}

  /** What people have to know of workers that are stopped; empty when none is. */
  public Optional<Stopped> stopped() {
    List<Stopped> each =
        history().activeRelease().stream()
            .flatMap(release -> release.workers().keySet().stream())
            .flatMap(worker ->
                Optional.ofNullable(orders.stopped().get(worker)).stream()
                    .map(stop -> stopped(worker, stop)))
            .toList();
    return each.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Stopped(
                each.stream().map(Stopped::text).collect(Collectors.joining("; ")),
                each.stream().anyMatch(Stopped::draining)));
  }

  /** The state is told by what is left of it, and not by the words that an operator chose. */
  private Stopped stopped(String worker, Orders.Stop stop) {
    String left = left(worker);
    return new Stopped("worker " + worker + " " + stop.text() + left, !left.isEmpty());
  }

  /** What the main processes of a worker that is stopped have left behind. */
  private String left(String worker) {
    return history().generationsOf(worker).stream()
        .filter(words::isLeftBehind)
        .map(g -> "; " + words.draining(g) + " since " + g.since().truncatedTo(ChronoUnit.SECONDS))
        .collect(Collectors.joining());
  }

  /** Those that drain longer than their manifest allows without a word; empty when none does. */
  public String overdue(Instant now) {
    return history().generations().values().stream()
        .filter(g -> !g.hasWork() && !g.newcomer())
        .flatMap(g ->
            alertAfter(g)
                .filter(after -> now.isAfter(g.since().plus(after)))
                .map(after -> text(g, after))
                .stream())
        .collect(Collectors.joining("; "));
  }

  /** Those that cannot be drained, so that somebody has to do something; empty when none is. */
  public String undrained() {
    return history().generations().values().stream()
        .filter(g -> !g.hasWork() && !g.signalled())
        .flatMap(g ->
            charges
                .drain(g)
                .filter(WorkerKind.Drain::failed)
                .map(drain ->
                    "worker %s: generation %d is not asked to end: %s"
                        .formatted(g.worker(), g.number(), drain.text()))
                .stream())
        .collect(Collectors.joining("; "));
  }

  private static String text(Generation generation, Duration after) {
    return "%s generation %d drains since %s, longer than alert-after %s"
        .formatted(
            generation.worker(),
            generation.number(),
            generation.since().truncatedTo(ChronoUnit.SECONDS),
            Durations.format(after));
  }

  /** As the manifest has it now, or had it when the generation was started. */
  private Optional<Duration> alertAfter(Generation generation) {
    return history()
        .activeRelease()
        .map(release -> release.workers().get(generation.worker()))
        .map(WorkerDefinition::spec)
        .or(() -> history().startedAs(generation))
        .map(spec -> spec.drainOrDefault().alertAfter());
  }

  private Dismissal.Asked dismiss(List<Generation> generations) {
    Decision now = decision;
    String ref = now == null ? "" : now.ref();
    return dismissal.soon(generations, ref, () -> interruptions.overtakes(now));
  }

  private AgentHistory history() {
    return journal.history();
  }
}
