package dev.pullcord.server.rollout;

import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.unit.Counted;
import dev.pullcord.protocol.unit.Durations;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides which nodes of a rollout get the commit now, or why not. Pure: the same rollout,
 * manifest, members and time give the same step, so that a server that was killed goes on where it
 * was.
 *
 * <p>It first judges who has failed, then halts if that is past the budget, then lets the strategy
 * say whose turn it is, and at last looks whether all is done. A node that is absent or exempt is
 * neither waited for nor a failure, and its time stands still meanwhile. One that was lost with the
 * commit is both: it is waited for until its deadline, and has failed then.
 */
public final class RolloutPlanner {
  /** After this come those that failed, each with what it said. */
  static final String PAST_THE_BUDGET = ", more than the failure budget of ";

  private static final int NAMED_MAX = 5;

  private RolloutPlanner() {}

  /**
   * What follows from this state of the members at this time.
   *
   * @param ref the branch, which is named in what people can do
   */
  public static RolloutStep next(
      String ref,
      Rollout before,
      RolloutSpec spec,
      Collection<RolloutMember> members,
      Instant now) {
    if (before.phase() == RolloutPhase.SUPERSEDED) {
      return new RolloutStep(before, Map.of(), Optional.empty());
    }
    MemberOverview look = MemberOverview.of(before, spec, members);
    Rollout judged =
        before.phase() == RolloutPhase.DONE
            ? before
            : judge(look.resting(before, now), spec, look, now);
    if (judged.phase() == RolloutPhase.PAUSED || judged.phase() == RolloutPhase.HALTED) {
      String why = "waiting: the rollout is " + words(judged);
      return new RolloutStep(judged, look.waiting(judged, why), Optional.empty());
    }
    RolloutTurn turn = RolloutTurn.of(ref, judged, spec, look, now);
    Rollout after = turn.rollout().releasing(turn.released(), now);
    if (after.phase() != RolloutPhase.DONE) {
      after = look.resting(after, now);
    }
    if (after.phase() == RolloutPhase.RUNNING) {
      Optional<String> stuck = turn.stuck().or(() -> allFailed(turn.rollout(), spec, look, now));
      if (stuck.isPresent()) {
        after = halt(after, spec, stuck.get());
      } else if (isDone(after, spec, look)) {
        after = after.in(RolloutPhase.DONE, "", false);
      }
    }
    return new RolloutStep(
        after,
        look.waiting(after, "waiting: " + turn.why()),
        earliest(turn.lookAgainAt(), deadline(after, spec, look, now)));
  }

  /** The members as the rollout takes them: nodes that were lost only while others wait. */
  public static List<RolloutMember> settled(
      Rollout rollout, RolloutSpec spec, Collection<RolloutMember> members) {
    return MemberOverview.of(rollout, spec, members).all();
  }

  private static String words(Rollout rollout) {
    return rollout.phase() == RolloutPhase.PAUSED
        ? "paused " + rollout.reason()
        : "halted: " + rollout.reason();
  }

  /** Notes who failed, takes out who is well again, and halts past the budget. */
  private static Rollout judge(Rollout before, RolloutSpec spec, MemberOverview look, Instant now) {
    Map<String, String> failed = new TreeMap<>(before.failed());
    failed.keySet().retainAll(look.names());
    for (RolloutMember member : look.released()) {
      switch (member.standing()) {
        case CONVERGED -> {
          // What halted it stays named, also where a worker comes up again and again.
          if (before.phase() != RolloutPhase.HALTED) {
            failed.remove(member.name());
          }
        }
        case DOWN, ROLLED_BACK -> failed.put(member.name(), member.reason());
        case BEFORE, UNDER_WAY, LOST -> {
          if (!now.isBefore(before.deadline(member.name(), spec).orElseThrow())) {
            failed.putIfAbsent(member.name(), late(member, spec));
          }
        }
        case UNHEARD, READY, ABSENT, HELD, EXEMPT -> {}
      }
    }
    Rollout judged = before.withFailed(failed);
    TreeSet<String> charged = new TreeSet<>(judged.charged());
    if (charged.size() <= spec.failureBudget() || judged.phase() == RolloutPhase.HALTED) {
      return judged;
    }
    return halt(
        judged,
        spec,
        "%s failed%s%d: %s"
            .formatted(
                Counted.of(charged.size(), "node"),
                PAST_THE_BUDGET,
                spec.failureBudget(),
                charged.stream()
                        .limit(NAMED_MAX)
                        .map(node -> node + " (" + failed.get(node) + ")")
                        .collect(Collectors.joining(", "))
                    + (charged.size() > NAMED_MAX ? ", …" : "")));
  }

  private static String late(RolloutMember member, RolloutSpec spec) {
    String time = Durations.format(spec.deadline());
    return member.standing() == MemberStanding.LOST
        ? member.reason() + ", and is not back within " + time
        : "took longer than " + time;
  }

  private static Rollout halt(Rollout rollout, RolloutSpec spec, String why) {
    boolean back = spec.onHalt() == RolloutSpec.OnHalt.ROLLBACK;
    return rollout.halted(back ? why + "; nodes that had the commit go back" : why, back);
  }

  /**
   * Why nothing can come of it without a person: of all that take part, or of the canaries while
   * others wait for them, none runs it well. Whom a freeze holds may yet.
   */
  private static Optional<String> allFailed(
      Rollout rollout, RolloutSpec spec, MemberOverview look, Instant now) {
    boolean canaries = spec.strategy().first().isPresent() && !rollout.gate().isOpen();
    List<RolloutMember> its =
        look.all().stream()
            .filter(member -> !canaries || rollout.canaries().contains(member.name()))
            .toList();
    if (its.stream().anyMatch(member -> member.standing() == MemberStanding.HELD)) {
      return Optional.empty();
    }
    List<RolloutMember> counting =
        its.stream().filter(member -> member.standing().counts()).toList();
    boolean allFailed =
        counting.stream()
            .allMatch(member ->
                rollout.failed().containsKey(member.name())
                    && (member.standing() == MemberStanding.ROLLED_BACK
                        || (member.standing() != MemberStanding.UNHEARD
                            && rollout.isLate(member.name(), spec, now))));
    boolean someCharged =
        counting.stream().anyMatch(member -> rollout.charged().contains(member.name()));
    return allFailed && someCharged
        ? Optional.of(
            "every %s that can be reached has failed: %s"
                .formatted(canaries ? "canary" : "node", RolloutTurn.names(counting)))
        : Optional.empty();
  }

  /** When the next of the nodes that are on their way is out of time. */
  private static Optional<Instant> deadline(
      Rollout rollout, RolloutSpec spec, MemberOverview look, Instant now) {
    return look.all().stream()
        .filter(member -> member.standing().isUnavailable())
        .flatMap(member -> rollout.deadline(member.name(), spec).stream())
        .filter(at -> at.isAfter(now))
        .min(Instant::compareTo);
  }

  private static Optional<Instant> earliest(Optional<Instant> a, Optional<Instant> b) {
    return Stream.of(a, b).flatMap(Optional::stream).min(Instant::compareTo);
  }

  private static boolean isDone(Rollout rollout, RolloutSpec spec, MemberOverview look) {
    List<RolloutMember> counting = look.counting();
    return rollout.phase() == RolloutPhase.RUNNING
        && (!spec.strategy().hasGate() || rollout.gate().isOpen())
        && look.all().stream().noneMatch(m -> m.standing() == MemberStanding.HELD)
        && counting.stream().anyMatch(m -> m.standing() == MemberStanding.CONVERGED)
        && counting.stream()
            .allMatch(m ->
                rollout.released().containsKey(m.name())
                    && (m.standing() == MemberStanding.CONVERGED
                        || rollout.failed().containsKey(m.name())));
  }
}
