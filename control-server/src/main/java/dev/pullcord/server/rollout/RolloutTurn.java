package dev.pullcord.server.rollout;

import dev.pullcord.protocol.manifest.node.RolloutSpec;
import dev.pullcord.protocol.manifest.node.RolloutSpec.Strategy;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.NameList;
import dev.pullcord.protocol.unit.ShellWord;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Whose turn it is, by the strategy of the manifest. To change the order in which nodes go, change
 * this class and nothing else; a new strategy has its case here, and its answers in {@link
 * Strategy}.
 *
 * @param rollout with what the strategy has noted: its canaries, its gate
 * @param released who gets the commit now
 * @param why what the others wait for
 * @param stuck why nothing will ever change without an operator; empty while something may
 * @param lookAgainAt when time alone may change it
 */
record RolloutTurn(
    Rollout rollout,
    Set<String> released,
    String why,
    Optional<String> stuck,
    Optional<Instant> lookAgainAt) {
  private static final int NAMED_MAX = 5;

  static RolloutTurn of(
      String ref, Rollout rollout, RolloutSpec spec, MemberOverview look, Instant now) {
    return switch (spec.strategy()) {
      case Strategy.All() -> all(rollout, look);
      case Strategy.Rolling() -> rolling(rollout, spec, look, look.open(), now);
      case Strategy.Canary canary -> canary(ref, rollout, spec, canary, look, now);
      case Strategy.Barrier() -> barrier(rollout, look, now);
    };
  }

  /** Everyone, also who is away now: they find it when they come. */
  private static RolloutTurn all(Rollout rollout, MemberOverview look) {
    return new RolloutTurn(
        rollout, look.names(), "not told yet", Optional.empty(), Optional.empty());
  }

  /** The next of these, as many as may be unavailable besides those that are. */
  private static RolloutTurn rolling(
      Rollout rollout,
      RolloutSpec spec,
      MemberOverview look,
      List<RolloutMember> next,
      Instant now) {
    // Where every node was pinned when it began, all of them are late.
    int nodes = rollout.members().isEmpty() ? look.all().size() : rollout.members().size();
    int most = spec.maxUnavailable().of(nodes);
    List<RolloutMember> away = look.unavailable(rollout, spec, now);
    Set<String> released = new TreeSet<>();
    int free = most - away.size();
    for (RolloutMember member : next) {
      if (member.standing() == MemberStanding.CONVERGED) {
        released.add(member.name());
      } else if (free > 0) {
        released.add(member.name());
        free--;
      }
    }
    boolean outOfTime =
        away.stream()
            .allMatch(member ->
                rollout.failed().containsKey(member.name())
                    && member.standing() != MemberStanding.UNHEARD
                    && rollout.isLate(member.name(), spec, now));
    boolean stuck = free <= 0 && outOfTime && released.size() < next.size() && !away.isEmpty();
    return new RolloutTurn(
        rollout,
        released,
        away.isEmpty()
            ? "the next one goes now"
            : "%d of %d that may be unavailable: %s".formatted(away.size(), most, names(away)),
        stuck
            ? Optional.of(
                "no other node may be unavailable while %s is down".formatted(names(away)))
            : Optional.empty(),
        Optional.empty());
  }

  private static RolloutTurn canary(
      String ref,
      Rollout before,
      RolloutSpec spec,
      Strategy.Canary canary,
      MemberOverview look,
      Instant now) {
    Rollout rollout = before.withCanaries(chosen(before, canary.nodes(), look));
    if (rollout.gate().isOpen()) {
      return canary.thenRolling()
          ? rolling(rollout, spec, look, look.open(), now)
          : all(rollout, look);
    }
    List<RolloutMember> first =
        look.all().stream().filter(m -> rollout.canaries().contains(m.name())).toList();
    List<RolloutMember> counting = first.stream().filter(m -> m.standing().counts()).toList();
    if (counting.isEmpty()) {
      return new RolloutTurn(
          rollout.withGate(rollout.gate().proven(null)),
          Set.of(),
          noCanary(first) + "; to go on without a canary: pullcord promote " + ShellWord.of(ref),
          Optional.empty(),
          Optional.empty());
    }
    if (!isProven(rollout, counting)) {
      // Of one that a server has not heard of since its start nothing new is known.
      boolean unheard = counting.stream().anyMatch(m -> m.standing() == MemberStanding.UNHEARD);
      Instant so = unheard ? rollout.gate().provenSince() : null;
      return proving(
          rollout.withGate(rollout.gate().proven(so)), spec, canary, look, counting, now);
    }
    Instant since = Optional.ofNullable(rollout.gate().provenSince()).orElse(now);
    Rollout proven = rollout.withGate(rollout.gate().proven(since));
    Instant opens = since.plus(canary.hold());
    if (now.isBefore(opens)) {
      return new RolloutTurn(
          proven,
          Set.of(),
          "canary %s has run it well for %s of %s"
              .formatted(
                  names(counting),
                  Durations.format(Duration.between(since, now).truncatedTo(ChronoUnit.SECONDS)),
                  Durations.format(canary.hold())),
          Optional.empty(),
          Optional.of(opens));
    }
    Rollout open = proven.withGate(proven.gate().opened(now));
    return canary.thenRolling() ? rolling(open, spec, look, look.open(), now) : all(open, look);
  }

  private static String noCanary(List<RolloutMember> first) {
    if (first.isEmpty()) {
      return "no node is a canary";
    }
    boolean away = first.stream().allMatch(m -> m.standing() == MemberStanding.ABSENT);
    return away
        ? "no canary can be reached: " + names(first)
        : "no canary takes part, see pullcord why NODE: " + names(first);
  }

  private static RolloutTurn proving(
      Rollout rollout,
      RolloutSpec spec,
      Strategy.Canary canary,
      MemberOverview look,
      List<RolloutMember> counting,
      Instant now) {
    List<RolloutMember> next =
        look.open().stream().filter(m -> rollout.canaries().contains(m.name())).toList();
    RolloutTurn turn =
        canary.thenRolling()
            ? rolling(rollout, spec, look, next, now)
            : new RolloutTurn(
                rollout,
                next.stream().map(RolloutMember::name).collect(Collectors.toSet()),
                "",
                Optional.empty(),
                Optional.empty());
    return new RolloutTurn(
        rollout,
        turn.released(),
        "canary %s has not run it well yet".formatted(names(counting)),
        turn.stuck(),
        turn.lookAgainAt());
  }

  /** Each canary runs it well, but for failures within the budget; one at least does. */
  private static boolean isProven(Rollout rollout, List<RolloutMember> counting) {
    return counting.stream()
            .anyMatch(m ->
                m.standing() == MemberStanding.CONVERGED
                    && rollout.released().containsKey(m.name()))
        && counting.stream()
            .allMatch(m ->
                rollout.released().containsKey(m.name())
                    && (m.standing() == MemberStanding.CONVERGED
                        || rollout.failed().containsKey(m.name())));
  }

  /**
   * Canaries by label are those it began with; of a number, one that cannot be reached is replaced.
   */
  private static Set<String> chosen(
      Rollout rollout, RolloutSpec.CanaryNodes nodes, MemberOverview look) {
    return switch (nodes) {
      case RolloutSpec.CanaryNodes.Matching(Map<String, String> labels) -> {
        if (rollout.gate().isOpen()) {
          yield rollout.canaries();
        }
        Set<String> matching =
            look.all().stream()
                .filter(m -> m.labels().entrySet().containsAll(labels.entrySet()))
                .map(RolloutMember::name)
                .collect(Collectors.toSet());
        Set<String> known = new TreeSet<>(rollout.members());
        known.addAll(rollout.canaries());
        known.retainAll(matching);
        // Where all of them were pinned when it began, they are late, and still the canaries.
        yield known.isEmpty() ? matching : known;
      }
      case RolloutSpec.CanaryNodes.First(int count) -> {
        Set<String> chosen = new TreeSet<>(rollout.canaries());
        long reachable =
            look.all().stream()
                .filter(m -> chosen.contains(m.name()) && m.standing().counts())
                .count();
        if (!rollout.gate().isOpen()) {
          look.all().stream()
              .filter(m -> m.standing().mayBegin() && !chosen.contains(m.name()))
              .limit(Math.max(0, count - reachable))
              .forEach(m -> chosen.add(m.name()));
        }
        yield chosen;
      }
    };
  }

  /** Everyone gets ready; the gate opens once all that can be reached are. */
  private static RolloutTurn barrier(Rollout rollout, MemberOverview look, Instant now) {
    List<RolloutMember> counting = look.counting();
    List<RolloutMember> notReady =
        counting.stream()
            .filter(m -> !isAtTheBarrier(m) && !rollout.failed().containsKey(m.name()))
            .toList();
    boolean someReady = counting.stream().anyMatch(RolloutTurn::isAtTheBarrier);
    boolean everyoneHasIt = rollout.released().keySet().containsAll(look.names());
    Rollout after =
        everyoneHasIt && someReady && notReady.isEmpty()
            ? rollout.withGate(rollout.gate().opened(now))
            : rollout;
    return new RolloutTurn(
        after,
        look.names(),
        notReady.isEmpty()
            ? "the barrier opens when one of these is ready: " + names(counting)
            : "the barrier opens when these are ready: " + names(notReady),
        Optional.empty(),
        Optional.empty());
  }

  private static boolean isAtTheBarrier(RolloutMember member) {
    return member.standing() == MemberStanding.READY
        || member.standing() == MemberStanding.CONVERGED;
  }

  /** Their names; of those that were lost also how, for nothing else of them says it. */
  static String names(List<RolloutMember> members) {
    List<String> names =
        members.stream()
            .map(member ->
                member.standing() == MemberStanding.LOST
                    ? member.name() + " (" + member.reason() + ")"
                    : member.name())
            .toList();
    return NameList.folded(names, NAMED_MAX);
  }
}
