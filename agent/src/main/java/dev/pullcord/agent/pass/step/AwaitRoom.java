package dev.pullcord.agent.pass.step;

import dev.pullcord.agent.history.Generation;
import dev.pullcord.agent.history.GenerationEntry;
import dev.pullcord.agent.history.StepResult;
import java.util.List;

/** Waits until so few generations of a worker finish their work that one more may. */
final class AwaitRoom implements StepOperation {
  private final String name;
  private final int most;
  private final EndWait ends;

  /**
   * For a newcomer.
   *
   * @param most generations, with the one that works now
   */
  AwaitRoom(String name, int most, EndWait ends) {
    this.name = name;
    this.most = most;
    this.ends = ends;
  }

  @Override
  public StepResult apply(StepScope scope) {
    return StepResult.guarded(() -> {
      List<Generation> all = scope.history().generationsOf(name);
      while (all.size() > most) {
        String text =
            "%d generations of %s drain, at most %d may: waiting until one has ended"
                .formatted(all.stream().filter(g -> !g.hasWork()).count(), name, most);
        scope.show(text);
        Generation first = firstToEnd(all);
        ends.alone(first);
        StepResult gone = ends.until(first, () -> text, scope);
        if (!gone.succeeded()) {
          return gone;
        }
        scope.note(new GenerationEntry.Exited(first.number(), scope.now()));
        all = scope.history().generationsOf(name);
      }
      return StepResult.ok("");
    });
  }

  /**
   * The oldest that was asked to end, or else the oldest that stands by: of more than one
   * generation at most one has the work, and that one is never asked to make room.
   */
  private static Generation firstToEnd(List<Generation> newestFirst) {
    return newestFirst.reversed().stream()
        .filter(Generation::askedToEnd)
        .findFirst()
        .or(() -> newestFirst.reversed().stream().filter(g -> !g.hasWork()).findFirst())
        .orElseThrow();
  }
}
