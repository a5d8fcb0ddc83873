package dev.pullcord.server.rollout;

import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.refusal.Refusal;
import java.time.Instant;
import java.util.Optional;

/**
 * What an operator, or a newer commit, does to a rollout. Each returns what is to be stored, or
 * refuses what makes no sense where the rollout is.
 */
public final class RolloutOrders {
  private RolloutOrders() {}

  /** No further node gets the commit; those that have it go on. */
  public static Rollout pause(Rollout rollout, String by, String reason) {
    require(rollout, rollout.phase() == RolloutPhase.RUNNING, "paused");
    return rollout.in(RolloutPhase.PAUSED, "by " + by + ": " + reason, false);
  }

  /** Goes on; failures that halted it count no more. One that went back begins anew. */
  public static Rollout resume(Rollout rollout) {
    boolean halted = rollout.phase() == RolloutPhase.HALTED;
    require(rollout, halted || rollout.phase() == RolloutPhase.PAUSED, "resumed");
    if (rollout.goesBack()) {
      return rollout.anew();
    }
    Rollout goesOn = rollout.running();
    return halted ? goesOn.forgivingAll() : goesOn;
  }

  /**
   * Lets the others go without waiting for canaries, or for the rest of the barrier. What somebody
   * paused is resumed first, so that nobody overrides a pause without knowing of it.
   *
   * @param ref the branch, for the commands that are named
   */
  public static Rollout promote(String ref, Rollout rollout, Instant now) {
    Optional<String> paused = rollout.paused();
    if (paused.isPresent()) {
      String word = ShellWord.of(ref);
      throw refused(
          "the rollout is paused %s; to promote it: pullcord resume %s, then pullcord promote %s"
              .formatted(paused.get(), word, word));
    }
    require(rollout, !rollout.phase().isOver(), "promoted");
    Rollout from = rollout.goesBack() ? rollout.anew() : rollout;
    return from.running().forgivingAll().withGate(from.gate().opened(now));
  }

  /** A newer commit, or a rollback, takes its place. */
  public static Rollout supersede(Rollout rollout, String by) {
    return rollout.in(RolloutPhase.SUPERSEDED, "by " + by, rollout.goesBack());
  }

  private static void require(Rollout rollout, boolean allowed, String verb) {
    if (!allowed) {
      throw refused(
          "a rollout that is %s cannot be %s".formatted(rollout.phase().wireName(), verb));
    }
  }

  private static Refusal refused(String why) {
    return new Refusal(Refusal.Kind.CONFLICT, "ROLLOUT_STATE", why, "ref");
  }
}
