package dev.pullcord.server.operations;

import dev.pullcord.protocol.api.RolloutAct;
import dev.pullcord.protocol.api.RolloutView;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.unit.ShellWord;
import dev.pullcord.server.fleet.FleetModel;
import dev.pullcord.server.refusal.Refusal;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.Rollout;
import dev.pullcord.server.rollout.RolloutOrders;
import dev.pullcord.server.security.Principal;
import dev.pullcord.server.store.Tables;
import dev.pullcord.server.view.FleetReader;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Pauses, resumes and promotes rollouts. Orders of two people come one after the other: the second
 * is judged by what the first has made of the rollout, and is refused where it makes no sense then.
 */
public final class RolloutOperations {
  private final NodeChanges changes;
  private final FleetModel fleet;
  private final FleetReader views;

  RolloutOperations(NodeChanges changes, FleetModel fleet, FleetReader views) {
    this.changes = changes;
    this.fleet = fleet;
    this.views = views;
  }

  /**
   * Pauses, resumes or promotes the rollout of a branch.
   *
   * @param request why, to be given with a pause, and the commit that it is about
   */
  public RolloutView order(Principal who, String ref, RolloutAct act, RolloutView.Request request) {
    try {
      return apply(who, ref, act, request);
    } catch (Refusal e) {
      changes.tooLate(who, "rollout." + act.word(), ref, e);
      throw e;
    }
  }

  private RolloutView apply(
      Principal who, String ref, RolloutAct act, RolloutView.Request request) {
    String reason = request.reason();
    String why =
        act == RolloutAct.PAUSE || (reason != null && !reason.isBlank())
            ? OrderChecks.reason(reason)
            : "";
    List<Long> changed =
        changes
            .store()
            .write(tables -> {
              RefRollout rollout = live(tables, ref);
              requireSame(rollout, request.commit());
              Rollout after = after(ref, rollout.progress(), act, who, why);
              tables.rollouts().put(rollout.ordered(after, who.owner()).row());
              tables
                  .audit()
                  .append(
                      who.did(
                          changes.clock().instant(),
                          "rollout." + act.word(),
                          ref,
                          rollout.progress().phase().wireName(),
                          rollout.commit().abbreviated() + (why.isEmpty() ? "" : ": " + why)));
              return changes.decisions().settleAll(tables);
            });
    changes.waker().wake(changed);
    return views.rollouts().stream()
        .filter(r -> r.ref().equals(ref))
        .findFirst()
        .orElseThrow(() -> missing(ref));
  }

  /** Who read of another commit than the one that is rolled out now has not decided about it. */
  private static void requireSame(RefRollout rollout, @Nullable CommitId meant) {
    if (meant != null && !meant.equals(rollout.commit())) {
      throw new Refusal(
          Refusal.Kind.CONFLICT,
          "ROLLOUT_MOVED",
          ("%s was pushed to %s meanwhile, and its rollout took the place of that of %s; look at"
                  + " it: pullcord rollout %s")
              .formatted(
                  rollout.commit().abbreviated(),
                  rollout.ref(),
                  meant.abbreviated(),
                  ShellWord.of(rollout.ref())),
          "commit");
    }
  }

  private Rollout after(String ref, Rollout rollout, RolloutAct act, Principal who, String why) {
    return switch (act) {
      case PAUSE -> RolloutOrders.pause(rollout, who.owner(), why);
      case RESUME -> RolloutOrders.resume(rollout);
      case PROMOTE -> RolloutOrders.promote(ref, rollout, changes.clock().instant());
    };
  }

  private RefRollout live(Tables tables, String ref) {
    Optional<RefRollout> rollout =
        tables.rollouts().live().stream()
            .filter(row -> row.ref().equals(ref))
            .map(RefRollout::of)
            .findFirst();
    return rollout.orElseThrow(() ->
        fleet.read(now -> now.heads().containsKey(ref))
            ? new Refusal(
                Refusal.Kind.CONFLICT,
                "ROLLOUT_STATE",
                "the newest commit of "
                    + ref
                    + " reached all of its nodes at once; there is no rollout to steer",
                "ref")
            : missing(ref));
  }

  private static Refusal missing(String ref) {
    return new Refusal(
        Refusal.Kind.NOT_FOUND,
        "ROLLOUT_MISSING",
        "no branch " + ref + " is rolled out; pullcord rollout lists the branches that are",
        "ref");
  }
}
