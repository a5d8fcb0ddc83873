package dev.pullcord.server.rollout;

import dev.pullcord.server.refusal.Refusal;
import java.time.Instant;

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

  /** Goes on; failures that halted it count no more. */
  public static Rollout resume(Rollout rollout) {
    boolean halted = rollout.phase() == RolloutPhase.HALTED;
    require(rollout, halted || rollout.phase() == RolloutPhase.PAUSED, "resumed");
    Rollout goesOn = rollout.in(RolloutPhase.RUNNING, "", false);
    return halted ? goesOn.forgivingAll() : goesOn;
  }

  /** Lets the others go without waiting for canaries, or for the rest of the barrier. */
  public static Rollout promote(Rollout rollout, Instant now) {
    require(rollout, !rollout.phase().isOver(), "promoted");
    return rollout
        .in(RolloutPhase.RUNNING, "", false)
        .forgivingAll()
        .withGate(rollout.gate().opened(now));
  }

  /** A newer commit, or a rollback, takes its place. */
  public static Rollout supersede(Rollout rollout, String by) {
    return rollout.in(RolloutPhase.SUPERSEDED, "by " + by, false);
  }

  private static void require(Rollout rollout, boolean allowed, String verb) {
    if (!allowed) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "ROLLOUT_STATE",
          "a rollout that is %s cannot be %s".formatted(rollout.phase().wireName(), verb),
          null);
    }
  }
}
