package dev.pullcord.server.desired;

import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import dev.pullcord.protocol.report.StageStatus;
import dev.pullcord.server.fleet.FleetSnapshot;
import dev.pullcord.server.fleet.NodeRecord;
import dev.pullcord.server.hold.HoldRules;
import dev.pullcord.server.hold.HoldSubject;
import dev.pullcord.server.rollout.MemberStanding;
import dev.pullcord.server.rollout.RefRollout;
import dev.pullcord.server.rollout.RolloutMember;
import dev.pullcord.server.store.ReportTable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The nodes that a rollout is to reach, as the fleet has them now. */
public final class RolloutMembers {
  private RolloutMembers() {}

  /** Those that follow the branch and are not pinned, in order of name. */
  public static List<RolloutMember> of(RefRollout rollout, FleetSnapshot fleet) {
    return fleet.nodes().values().stream()
        .filter(node -> isMember(node.settings().ref(), node.pin(), rollout.ref()))
        .map(node ->
            new RolloutMember(
                node.name().value(),
                node.settings().labels(),
                standing(node, rollout),
                reason(node, rollout),
                node.lastSeen()))
        .toList();
  }

  /**
   * The same at that time: who may not begin with anything new then is no part of it. So nobody is
   * given the commit who would only let its deadline pass.
   */
  public static List<RolloutMember> at(RefRollout rollout, FleetSnapshot fleet, Instant now) {
    HoldRules holds = new HoldRules(fleet.holds().freezes(), fleet.heads().values());
    return of(rollout, fleet).stream()
        .map(member -> {
          boolean released = rollout.progress().released().containsKey(member.name());
          boolean begins =
              member.standing() == MemberStanding.BEFORE
                  || (member.standing() == MemberStanding.UNHEARD && !released);
          HoldSubject node = new HoldSubject(rollout.ref(), null, member.labels());
          return begins && holds.of(node, now).isPresent()
              ? member.as(MemberStanding.HELD)
              : member;
        })
        .toList();
  }

  /**
   * The same members for people, who are not to see waves run again at each start of the server:
   * those that have the commit and were not heard of yet stand as they said before. Nothing is
   * decided by that.
   */
  public static List<RolloutMember> shown(
      RefRollout rollout, FleetSnapshot fleet, List<RolloutMember> members) {
    return members.stream()
        .map(member -> {
          NodeRecord node = fleet.nodes().get(new NodeName(member.name()));
          return member.standing() == MemberStanding.UNHEARD
                  && rollout.hasIt(member.name())
                  && node != null
              ? member.as(said(node, rollout))
              : member;
        })
        .toList();
  }

  /** Whether a rollout of the branch reaches such a node: a pin takes it out. */
  static boolean isMember(String follows, @Nullable Object pin, String branch) {
    return pin == null && follows.equals(branch);
  }

  /** By what it said last, be that before this server started. */
  private static MemberStanding said(NodeRecord node, RefRollout rollout) {
    return rollout.commit().equals(node.decision().stage())
        ? atBarrier(stage(node, rollout))
        : hasIt(node, rollout) ? standing(node) : MemberStanding.BEFORE;
  }

  private static MemberStanding standing(NodeRecord node, RefRollout rollout) {
    boolean released = rollout.progress().released().containsKey(node.name().value());
    if (!node.reachable()) {
      return isLost(node, rollout) ? MemberStanding.LOST : MemberStanding.ABSENT;
    }
    if (node.suspension() != null
        || node.contact().alarm() != null
        || isCanaryOfAnother(node, rollout)
        || (released && rollout.progress().goesBack())) {
      return MemberStanding.EXEMPT;
    }
    MemberStanding standing = said(node, rollout);
    return switch (standing) {
      case BEFORE, UNDER_WAY, READY, CONVERGED ->
          node.hasBeenHeardOf(released) ? standing : MemberStanding.UNHEARD;
      default -> standing;
    };
  }

  /**
   * A node under maintenance is away by decision. An agent that was stopped cleanly is not: a
   * commit that makes its host shut down ends it like that.
   */
  private static boolean isLost(NodeRecord node, RefRollout rollout) {
    Instant stopped = node.contact().stoppedAt();
    Instant heard = stopped == null ? node.lastSeen() : stopped;
    boolean silent =
        node.state() == NodeState.OFFLINE
            && node.contact().alarm() == null
            && node.suspension() == null;
    boolean isToBeReady = rollout.commit().equals(node.decision().stage());
    if (heard == null || !silent || !(isToBeReady || hasIt(node, rollout))) {
      return false;
    }
    StageStatus stage = stage(node, rollout);
    boolean isReady = stage != null && stage.state() == StageStatus.State.READY;
    boolean wasWell = isToBeReady ? isReady : node.convergedAt() != null;
    return rollout.progress().hasLost(node.name().value(), rollout.spec(), wasWell, heard);
  }

  /** A gate holds it on a commit of its own. Where that is this one, it is a node like others. */
  private static boolean isCanaryOfAnother(NodeRecord node, RefRollout rollout) {
    return node.decision().gate() != null && !rollout.commit().equals(node.decision().commit());
  }

  /** How far it is with getting the commit ready; null while it has not said that it began. */
  private static @Nullable StageStatus stage(NodeRecord node, RefRollout rollout) {
    ReportTable.Latest said = node.said();
    StageStatus stage = said == null ? null : said.status().stage();
    return stage == null || !stage.commit().equals(rollout.commit()) ? null : stage;
  }

  /**
   * Before the go of a barrier. A commit that is at fault there has failed, and changed nothing.
   */
  private static MemberStanding atBarrier(@Nullable StageStatus stage) {
    return stage == null
        ? MemberStanding.BEFORE
        : switch (stage.state()) {
          case PREPARING -> MemberStanding.UNDER_WAY;
          case READY -> MemberStanding.READY;
          case FAILED -> MemberStanding.ROLLED_BACK;
          case HELD -> MemberStanding.EXEMPT;
        };
  }

  private static String reason(NodeRecord node, RefRollout rollout) {
    if (!node.reachable() && isLost(node, rollout)) {
      return node.contact().stoppedAt() == null
          ? "has not been heard from again since it got the commit"
          : "its agent was stopped after it got the commit";
    }
    StageStatus stage = stage(node, rollout);
    return rollout.commit().equals(node.decision().stage()) && stage != null
        ? stage.reason()
        : node.reason();
  }

  private static boolean hasIt(NodeRecord node, RefRollout rollout) {
    return rollout.commit().equals(node.decision().commit())
        && Objects.equals(rollout.deployment(), node.decision().deployment());
  }

  private static MemberStanding standing(NodeRecord node) {
    return switch (node.state()) {
      case CONVERGED -> MemberStanding.CONVERGED;
      case APPLYING -> MemberStanding.UNDER_WAY;
      case WAITING -> MemberStanding.BEFORE;
      case ROLLED_BACK -> MemberStanding.ROLLED_BACK;
      case FAILED -> failed(node);
      case HELD -> MemberStanding.EXEMPT;
      case OFFLINE, NEVER_SEEN -> MemberStanding.ABSENT;
    };
  }

  /**
   * A node that could not even begin, because of what surrounds it, tries again by itself and has
   * time until the deadline. One whose worker died on the commit has failed on it, also while its
   * agent starts the worker again.
   */
  private static MemberStanding failed(NodeRecord node) {
    ReportTable.Latest said = node.said();
    boolean runsIt =
        said != null
            && Objects.equals(node.decision().commit(), said.status().appliedCommit())
            && said.status().state() == NodeState.FAILED;
    return node.retryAt() != null && !runsIt ? MemberStanding.UNDER_WAY : MemberStanding.DOWN;
  }
}
