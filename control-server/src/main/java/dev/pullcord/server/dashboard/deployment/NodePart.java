package dev.pullcord.server.dashboard.deployment;

import dev.pullcord.protocol.api.DeploymentView;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StepRecord;
import dev.pullcord.protocol.unit.Durations;
import dev.pullcord.protocol.unit.NaturalOrder;
import dev.pullcord.server.dashboard.Pass;
import dev.pullcord.server.dashboard.StateSign;
import dev.pullcord.server.view.NodeHold;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node of the deployment.
 *
 * @param took from the push, or its joining, until it first ran the commit; null before
 * @param tail the end of what its last failed step wrote; empty without one
 * @param passes what it did; empty where that is left to a page of the node's own
 * @param shown whether what it did was read
 * @param hold what keeps it from the commit; null for nothing, and where it was not asked for
 */
record NodePart(
    DeploymentView.Member member,
    StateSign sign,
    @Nullable String took,
    String tail,
    List<Pass> passes,
    boolean shown,
    @Nullable NodeHold hold) {
  private static final int TAIL_LINES = 8;
  private static final int TAIL_CHARS = 2000;
  private static final Set<NodeState> FAILED = EnumSet.of(NodeState.FAILED, NodeState.ROLLED_BACK);

  NodePart {
    passes = List.copyOf(passes);
  }

  /** Who needs somebody first, then who is on the way, then the slowest. */
  static final Comparator<DeploymentView.Member> STRAGGLERS_FIRST =
      Comparator.comparing((DeploymentView.Member m) -> StateSign.of(m.state()))
          .thenComparing(
              DeploymentView.Member::convergedAt,
              Comparator.nullsFirst(Comparator.<Instant>reverseOrder()))
          .thenComparing(m -> m.name().value(), NaturalOrder.OF_NAMES);

  static NodePart of(
      DeploymentView deployment,
      DeploymentView.Member member,
      DeploymentView.@Nullable Transcript transcript,
      @Nullable NodeHold hold,
      Instant now) {
    Duration took = took(deployment, member);
    List<StepRecord> done = transcript == null ? List.of() : transcript.steps();
    return new NodePart(
        member,
        StateSign.of(member.state()),
        took == null ? null : Durations.human(took),
        StateSign.of(member.state()).tone() == StateSign.Tone.GOOD ? "" : tail(done),
        transcript == null ? List.of() : Pass.of(done, transcript.underWay(), now),
        transcript != null,
        hold);
  }

  /** From the push, or its joining, until it first ran the commit; null before. */
  static @Nullable Duration took(DeploymentView deployment, DeploymentView.Member member) {
    Instant at = member.convergedAt();
    if (at == null) {
      return null;
    }
    Duration took = Duration.between(deployment.countedFrom(member), at);
    return took.isNegative() ? Duration.ZERO : took;
  }

  /** How long they took, from the quickest to the slowest; empty where none has come there. */
  static String tookAll(DeploymentView deployment, List<DeploymentView.Member> members) {
    List<Duration> took =
        members.stream().flatMap(m -> Stream.ofNullable(took(deployment, m))).sorted().toList();
    if (took.isEmpty()) {
      return "";
    }
    String quickest = Durations.human(took.getFirst());
    String slowest = Durations.human(took.getLast());
    return "in " + (quickest.equals(slowest) ? quickest : quickest + " to " + slowest);
  }

  /** Whether it failed, as it is now or as it was at the deployment's end. */
  static boolean failedEver(DeploymentView.Member member) {
    return FAILED.contains(member.state()) || failedNow(member);
  }

  /** Whether it does not run now what it is to run, because it failed. */
  static boolean failedNow(DeploymentView.Member member) {
    DeploymentView.Present now = member.now();
    return FAILED.contains(now == null ? member.state() : now.state());
  }

  /** Whether it failed on an older commit, and is still kept from this one. */
  boolean failedBefore() {
    return hold != null && FAILED.contains(member.state());
  }

  /** Whether somebody has to look at it. */
  boolean failed() {
    return sign.tone() == StateSign.Tone.BAD;
  }

  /** Whether both failed, or both stay where they are, for the same reason. */
  boolean alike(NodePart other) {
    boolean stays = sign == StateSign.WAITING || sign == StateSign.HELD;
    boolean bothFailed = failed() && other.failed();
    boolean bothStay = stays && sign == other.sign && tail.equals(other.tail);
    return (bothFailed || bothStay) && reason().equals(other.reason());
  }

  String name() {
    return member.name().value();
  }

  String reason() {
    return member.reason();
  }

  /** The end of what failed wrote; empty where the reason has all of it. */
  String unsaid() {
    return reason().contains(tail.strip()) ? "" : tail;
  }

  /** How it is now, where that is not how it was when the deployment ended. */
  @Nullable StateSign later() {
    DeploymentView.Present now = member.now();
    return now == null || now.state() == member.state() ? null : StateSign.of(now.state());
  }

  private static String tail(List<StepRecord> steps) {
    return steps.reversed().stream()
        .filter(s -> s.outcome() != StepRecord.Outcome.OK && !s.output().isBlank())
        .findFirst()
        .map(s -> end(s.output().stripTrailing()))
        .orElse("");
  }

  private static String end(String output) {
    List<String> lines = output.lines().toList();
    int from = Math.max(0, lines.size() - TAIL_LINES);
    String end = String.join("\n", lines.subList(from, lines.size()));
    return end.length() > TAIL_CHARS ? "…" + end.substring(end.length() - TAIL_CHARS) : end;
  }
}
