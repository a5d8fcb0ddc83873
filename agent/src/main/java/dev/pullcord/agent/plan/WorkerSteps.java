package dev.pullcord.agent.plan;

import dev.pullcord.agent.history.AgentHistory;
import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.WorkerDefinition;
import dev.pullcord.protocol.manifest.DrainSpec;
import dev.pullcord.protocol.manifest.WorkerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Works out what the workers need, in the order of the manifest. Of a worker's generations it keeps
 * the newest that matches the goal and was not asked to end. If that one lacks the work, it takes
 * over. If there is none, a new one is started: beside the one that works if the worker may
 * overlap, else after it. That one rule is the way forward, the way back, and the way on after a
 * kill.
 *
 * <p>Workers do not wait for each other: those that have nothing to drain go first.
 */
final class WorkerSteps {
  private final List<Step> beside = new ArrayList<>();
  private final Part free = new Part();
  private final Part waiting = new Part();

  private WorkerSteps() {}

  /** Some of the workers, and what they need. */
  static final class Part {
    private final List<Step> drains = new ArrayList<>();
    private final List<Step> starts = new ArrayList<>();
    private final List<Step> takeOvers = new ArrayList<>();
    private final List<String> workers = new ArrayList<>();

    private Part() {}

    /** What comes first: old generations end. */
    List<Step> drains() {
      return List.copyOf(drains);
    }

    /** What comes after the drains and the switch. */
    List<Step> rest() {
      List<Step> steps = new ArrayList<>(starts);
      steps.addAll(takeOvers);
      workers.forEach(name -> steps.add(new Step.AwaitHealthy(name)));
      return steps;
    }

    boolean isEmpty() {
      return workers.isEmpty();
    }

    private boolean idle() {
      return drains.isEmpty() && starts.isEmpty() && takeOvers.isEmpty();
    }
  }

  /** To the goal, whose release is there already, or null when it is yet to be staged. */
  static WorkerSteps of(Goal goal, @Nullable String release, AgentHistory history) {
    WorkerSteps work = new WorkerSteps();
    List<Generation> gone =
        history.generations().values().stream()
            .filter(g -> !goal.workers().containsKey(g.worker()) && !Planner.overlaps(g, history))
            .toList();
    Set<Long> ending = new TreeSet<>();
    goal.workers()
        .forEach((name, wanted) -> {
          if (goal.stopped().contains(name)) {
            return; // it is asked to end apart from any plan, and nobody waits
          }
          Set<Long> drained = new TreeSet<>();
          List<Generation> all = history.generationsOf(name);
          Optional<Generation> kept = history.kept(name, wanted);
          boolean stops = stops(wanted, all, kept.isPresent());
          if (wanted.spec().restart() == WorkerSpec.Restart.STOP_START) {
            all.stream()
                .filter(g -> !kept.equals(Optional.of(g)))
                .forEach(g -> drained.add(g.number()));
          } else if (stops) {
            drained.add(all.getFirst().number());
          }
          boolean waits =
              !drained.isEmpty()
                  || history.generations().values().stream()
                      .anyMatch(g ->
                          !g.worker().equals(name)
                              && is(g, wanted, history)
                              && !stays(g, goal, history));
          Part part = waits ? work.waiting : work.free;
          part.workers.add(name);
          ending.addAll(drained);
          if (kept.isPresent()) {
            work.goOn(kept.get(), part);
          } else if (stops) {
            start(wanted, part);
          } else {
            work.overlap(wanted, all, release);
          }
        });
    gone.forEach(g -> ending.add(g.number()));
    ending.forEach(number -> work.waiting.drains.add(new Step.Drain(number)));
    return work;
  }

  /** Whether what a worker of another name has is the very thing that this one is to be. */
  private static boolean is(Generation other, WorkerDefinition wanted, AgentHistory history) {
    return history
        .startedAs(other)
        .filter(before -> wanted.spec().work().isSameThing(before.work()))
        .isPresent();
  }

  /** Whether it is what its own worker goes on with. */
  private static boolean stays(Generation other, Goal goal, AgentHistory history) {
    WorkerDefinition its = goal.workers().get(other.worker());
    return its != null && history.kept(other.worker(), its).equals(Optional.of(other));
  }

  /** Newcomers and their proof, before anything that works is touched. */
  List<Step> beside() {
    return List.copyOf(beside);
  }

  /** Workers of which no generation has to end first. */
  Part free() {
    return free;
  }

  /** Workers of which a generation has to end first, and those that are gone. */
  Part waiting() {
    return waiting;
  }

  boolean none() {
    return beside.isEmpty() && free.idle() && waiting.idle();
  }

  /** Whether a worker's old generation ends before a new one starts. */
  private static boolean stops(WorkerDefinition wanted, List<Generation> all, boolean kept) {
    DrainSpec drain = wanted.spec().drainOrDefault();
    return wanted.spec().restart() == WorkerSpec.Restart.STOP_START
        || (!kept
            && all.size() > drain.maxGenerations()
            && drain.whenFull() == DrainSpec.WhenFull.STOP_START);
  }

  private void overlap(WorkerDefinition wanted, List<Generation> all, @Nullable String release) {
    String name = wanted.spec().name();
    int most = wanted.spec().drainOrDefault().maxGenerations();
    if (all.size() > most) {
      beside.add(new Step.AwaitRoom(name, most));
    }
    if (all.stream().allMatch(Generation::askedToEnd)) {
      start(wanted, free);
      return;
    }
    beside.add(new Step.StartBeside(name, release));
    beside.add(new Step.AwaitReady(name));
    free.takeOvers.add(new Step.TakeOver(name));
  }

  /** In a place where nothing works. */
  private static void start(WorkerDefinition wanted, Part part) {
    String name = wanted.spec().name();
    part.starts.add(new Step.Start(name));
    if (wanted.spec().work().provesItself()) {
      part.starts.add(new Step.AwaitReady(name));
      part.takeOvers.add(new Step.TakeOver(name));
    }
  }

  private void goOn(Generation kept, Part part) {
    boolean proven = kept.phase() == Generation.Phase.READY;
    if (kept.newcomer() && !proven) {
      beside.add(new Step.AwaitReady(kept.worker()));
    }
    if (!kept.hasWork() || kept.phase() == Generation.Phase.TAKING_OVER) {
      part.takeOvers.add(new Step.TakeOver(kept.worker()));
    }
  }
}
