package dev.pullcord.server.operations.hold;

import dev.pullcord.protocol.api.FreezeView;
import dev.pullcord.protocol.api.RollbackView;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.security.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Orders that hold or turn back many nodes at once. Every method is on disk when it returns, has
 * woken whom it concerns, and throws a {@link Refusal} when the answer is no.
 */
public interface HoldOperations {
  /** Freezes; a freeze of the same branch and selector is replaced. */
  FreezeView freeze(Principal who, FreezeView.Request request);

  /**
   * Ends a freeze.
   *
   * @param ref its branch; null for every branch
   * @param selector its labels; null for every node
   * @param created refused where the freeze was made at another moment; null for any
   */
  void unfreeze(
      Principal who, @Nullable String ref, @Nullable String selector, @Nullable Instant created);

  /** The same of whichever freeze there is. */
  default void unfreeze(Principal who, @Nullable String ref, @Nullable String selector) {
    unfreeze(who, ref, selector, null);
  }

  /** Lets the nodes of a branch run an earlier commit of it, until a newer one is pushed. */
  RollbackView rollback(Principal who, String ref, RollbackView.Request request);

  /**
   * What {@link #rollback} would do, without doing it.
   *
   * @param to as in a request; null for the last commit that converged before the present one
   */
  RollbackView foreseeRollback(Principal who, String ref, @Nullable String to);

  /** Ends a rollback: the nodes go on to the branch's head. */
  void endRollback(Principal who, String ref);
}
