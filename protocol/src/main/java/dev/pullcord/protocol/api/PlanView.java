package dev.pullcord.protocol.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.pullcord.protocol.id.CommitId;
import dev.pullcord.protocol.id.NodeName;
import dev.pullcord.protocol.report.NodeState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a commit would do to the fleet, as far as the server knows: {@code GET
 * /api/v1/plan?commit=&selector=}. Nothing is changed by asking.
 *
 * @param commit what was asked about
 * @param branch the branch that was named; null when it was a tag or a commit
 * @param followed whether nodes follow that branch, so that only those are planned for
 * @param subject the first line of the commit's message
 * @param author who wrote it
 * @param problems of its manifest, a line each, with file, line and column; then no node could run
 *     it and there is nothing else
 * @param prepare commands that would build a new release before anything is touched
 * @param check commands that would decide whether it may be switched to
 * @param groups nodes to which the same would happen
 * @param apart nodes that it would not reach
 * @param nodesOwn workers with a file on the node, which the server cannot compare
 * @param warnings what its manifest says and nothing answers to, a line each
 * @param held nodes that it would reach, and on which nothing new may begin now
 */
public record PlanView(
    CommitId commit,
    @Nullable String branch,
    boolean followed,
    String subject,
    String author,
    List<String> problems,
    List<String> prepare,
    List<String> check,
    List<Group> groups,
    List<Apart> apart,
    List<String> nodesOwn,
    List<String> warnings,
    List<Apart> held) {
  /** Copies. */
  public PlanView {
    problems = List.copyOf(problems);
    prepare = List.copyOf(prepare);
    check = List.copyOf(check);
    groups = List.copyOf(groups);
    apart = List.copyOf(apart);
    nodesOwn = List.copyOf(nodesOwn);
    @Nullable List<String> said = warnings; // a server from before does not say
    warnings = said == null ? List.of() : List.copyOf(said);
    @Nullable List<Apart> frozen = held;
    held = frozen == null ? List.of() : List.copyOf(frozen);
  }

  /**
   * Nodes to which the same would happen.
   *
   * @param effect what would
   * @param bundles of which files differ from what these nodes run, in the order of the manifest
   * @param workers those that would be touched, and how
   * @param nodes in order of name
   * @param problems why they would refuse it, a line each
   */
  public record Group(
      Effect effect,
      List<String> bundles,
      Map<String, Action> workers,
      List<Member> nodes,
      List<String> problems) {}

  /**
   * One node of a group.
   *
   * @param name its name
   * @param appliedCommit what it last said is active and well; null for nothing
   * @param state as of now
   * @param reason of that state; empty where it is converged
   */
  public record Member(
      NodeName name, @Nullable CommitId appliedCommit, NodeState state, String reason) {}

  /**
   * A node that the commit would not reach, or not now.
   *
   * @param name its name
   * @param why {@code pinned to v1 by ann}, {@code follows staging}, {@code frozen until …}
   */
  public record Apart(NodeName name, String why) {}

  /** What would happen on a node. */
  public enum Effect {
    /** It runs this commit. */
    @JsonProperty("runs-it")
    RUNS_IT,
    /** It notes the commit: no bundle and no worker differs. */
    @JsonProperty("noted")
    NOTED,
    /** A release is built, checked and switched to; the workers named are touched. */
    @JsonProperty("released")
    RELEASED,
    /** It would do the same, and only says so: {@code noop} is set on it. */
    @JsonProperty("held-back")
    HELD_BACK,
    /** It goes back at once: what the manifest's {@code nodes} make of it there is not valid. */
    @JsonProperty("refused")
    REFUSED,
    /** It has tried this commit, went back, and leaves it alone until it is retried. */
    @JsonProperty("left-alone")
    LEFT_ALONE,
    /** What it runs is not on the server, so nothing can be compared. */
    @JsonProperty("unknown")
    UNKNOWN
  }

  /** What would happen to a worker. */
  public enum Action {
    /** A newcomer is started beside it, proves itself and takes over. */
    @JsonProperty("hand-over")
    HAND_OVER("hand over", "hands over"),
    /** The old generation ends before a new one starts. */
    @JsonProperty("restart")
    RESTART("restart", "restarts"),
    /** It does not run yet. */
    @JsonProperty("start")
    START("start", "starts"),
    /** It is not in the commit any more: it finishes its work and is not started again. */
    @JsonProperty("stop")
    STOP("drain and stop", "stops");

    private final String would;
    private final String does;

    Action(String would, String does) {
      this.would = would;
      this.does = does;
    }

    /** As what would be done: {@code hand over}. */
    public String would() {
      return would;
    }

    /** As what is done: {@code hands over}. */
    public String does() {
      return does;
    }
  }
}
